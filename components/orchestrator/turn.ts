import * as pulumi from "@pulumi/pulumi";

/** A member of a stateful set, and those before it. */
export interface Turn {
  /** A hash of all that is asked for. */
  specification: pulumi.Output<string>;
  /** Whether there is such a member already, and what it was made of is something else. */
  changes: (specification: string) => Promise<boolean>;
  /** Resolves when all members before serve. Absent: it is the first, or not of a set. */
  previous: pulumi.Output<unknown> | undefined;
}

/**
 * The specification, when it is the member's turn. Members that have to change do so one after the
 * other, each when all before serve again: a set is never without more than one of its members, and
 * never without one while another set, which may lean on it, is. New members start together, because
 * they may need each other to start at all.
 */
export function takeTurn({ specification, changes, previous }: Turn): pulumi.Output<string> {
  if (!previous || pulumi.runtime.isDryRun()) return specification;
  const turn = specification
    .apply(changes)
    .apply((waits) => (waits ? previous.apply(() => true) : pulumi.output(true)));
  return pulumi.all([specification, turn]).apply(([wanted]) => wanted);
}
