import * as pulumi from "@pulumi/pulumi";

/** A workload, and what has to serve before it may change. */
export interface Turn {
  /** The specification that it had before this run; none where it is new, or nothing is asked, as in a preview. */
  standing: pulumi.Output<string | undefined>;
  /** Resolves when those serve that it waits for. Absent: it waits for nobody. */
  previous: pulumi.Output<unknown> | undefined;
}

/**
 * The specification, when it is the workload's turn. Members of stateful sets that have to change do so
 * one after the other, each when all before serve again: a set is never without more than one of its
 * members, and never without one while another set, which may lean on it, is. What is new starts together,
 * because it may need each other to start at all.
 */
export function inTurn(
  specification: pulumi.Output<string>,
  turn: Turn | undefined,
): pulumi.Output<string> {
  if (!turn) return specification;
  const { standing, previous } = turn;
  const itsTurn = pulumi
    .all([specification, standing])
    .apply(([wanted, before]) => before !== undefined && before !== wanted)
    .apply((waits) => (waits && previous ? previous.apply(() => true) : pulumi.output(true)));
  return pulumi.all([specification, itsTurn]).apply(([wanted]) => wanted);
}

/** Resolves when a new workload serves; at once, whatever its state, where it is not new. */
export function startedUp(
  { standing }: Turn,
  ready: pulumi.Output<unknown>,
): pulumi.Output<unknown> {
  return standing.apply((before) =>
    before === undefined ? ready.apply(() => true) : pulumi.output(true),
  );
}
