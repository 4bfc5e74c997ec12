import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "./specs.ts";

/** A member of a stateful set, and the one before it. */
export interface Turn {
  /** A hash of all that is asked for. */
  specification: pulumi.Output<string>;
  /** Whether there is such a member already, and what it was made of is something else. */
  changes: (specification: string) => Promise<boolean>;
  /** Resolves when the member before serves. Absent: it is the first, or not of a set. */
  previous: Workload["ready"] | undefined;
}

/**
 * The specification, when it is the member's turn. Members that have to change do so one after the
 * other, each when the one before serves again, so that a set is never without most of its members.
 * New members start together, because they may need each other to start at all.
 */
export function takeTurn({ specification, changes, previous }: Turn): pulumi.Output<string> {
  if (!previous || pulumi.runtime.isDryRun()) return specification;
  const turn = specification
    .apply(changes)
    .apply((waits) => (waits ? previous.apply(() => true) : pulumi.output(true)));
  return pulumi.all([specification, turn]).apply(([wanted]) => wanted);
}
