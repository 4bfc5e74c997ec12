import * as pulumi from "@pulumi/pulumi";

/** A workload, and what it waits for. */
export interface Turn {
  /** The specification that it had before this run; none where it is new, or nothing is asked, as in a preview. */
  standing: pulumi.Output<string | undefined>;
  /** Resolves when it may be made, if it is new. Absent: at once. */
  creation?: pulumi.Output<unknown> | undefined;
  /** Resolves when it may change, if it is not. Absent: at once. */
  change?: pulumi.Output<unknown> | undefined;
}

/**
 * The specification, when it is the workload's turn; never, when what it waits for fails. Waiting makes no
 * dependent of it: where a member is replaced, Pulumi may take its dependents away first, all at once.
 */
export function inTurn(
  specification: pulumi.Output<string>,
  turn: Turn | undefined,
): pulumi.Output<string> {
  if (!turn) return specification;
  const itsTurn = pulumi.all([specification, turn.standing]).apply(([wanted, before]) => {
    const awaited = before === undefined ? turn.creation : turn.change;
    return before === wanted || !awaited ? Promise.resolve() : resolutionOf(awaited);
  });
  return pulumi.all([specification, itsTurn]).apply(([wanted]) => wanted);
}

/**
 * The order of an orchestrator's workloads.
 *
 * Members of stateful sets that have to change do so one after the other, each when all before serve
 * again: a set is never without more than one of its members, and never without one while another set,
 * which may lean on it, is. What is new starts together, because it may need each other to start at all;
 * but members are made before services, which would take the processors from those they wait for.
 */
export class Turns {
  private membersMade: pulumi.Output<unknown> | undefined;
  private membersServe: pulumi.Output<unknown> | undefined;

  ofMember(standing: Turn["standing"]): Turn {
    return { standing, change: this.membersServe };
  }

  ofService(standing: Turn["standing"], rollOutAfter: Turn["change"]): Turn {
    // In a preview nobody knows when something will be made.
    const creation = pulumi.runtime.isDryRun() ? undefined : this.membersMade;
    return { standing, creation, change: rollOutAfter };
  }

  /**
   * Lets others wait for a member.
   *
   * @returns what resolves when it serves, if it is new; at once, whatever its state, if it is not.
   */
  joined(
    { standing }: Turn,
    made: pulumi.CustomResource,
    ready: pulumi.Output<unknown>,
  ): pulumi.Output<unknown> {
    this.membersMade = pulumi.all([this.membersMade, ifNew(standing, made.id)]);
    this.membersServe = pulumi.all([this.membersServe, ready]);
    return ifNew(standing, ready);
  }
}

function ifNew(
  standing: Turn["standing"],
  awaited: pulumi.Output<unknown>,
): pulumi.Output<unknown> {
  return standing.apply((before) =>
    before === undefined ? resolutionOf(awaited) : Promise.resolve(),
  );
}

function resolutionOf(awaited: pulumi.Output<unknown>): Promise<void> {
  return new Promise((resolve) => {
    awaited.apply(() => resolve());
  });
}
