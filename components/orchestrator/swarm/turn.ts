import * as pulumi from "@pulumi/pulumi";
import type Dockerode from "dockerode";
import { findService } from "./rollout.ts";
import { isWanted } from "./rollout-state.ts";

/** A member of a stateful set, and the one before it. */
export interface TurnOptions {
  api: () => Promise<Dockerode>;
  /** What the service's label has to say for it to be the wanted version. */
  specification: pulumi.Output<string>;
  /** Resolves when the member before serves. */
  previous: pulumi.Output<pulumi.Resource>;
}

/**
 * Gives a member's service its name when it is the member's turn. Members that have to change do so one after the
 * other, each when the one before serves again, so that a set is never without most of its members.
 * New members start together, because they may need each other to start at all.
 */
export function inTurn(serviceName: string, options: TurnOptions): pulumi.Output<string> {
  const { api, specification, previous } = options;
  if (pulumi.runtime.isDryRun()) return pulumi.output(serviceName);
  const turn = specification.apply(async (wanted) => {
    const service = await findService(await api(), serviceName);
    const changes = service !== undefined && !isWanted(service, wanted);
    return changes ? previous.apply(() => true) : true;
  });
  return turn.apply(() => serviceName);
}
