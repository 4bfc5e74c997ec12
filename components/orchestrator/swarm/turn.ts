import * as pulumi from "@pulumi/pulumi";
import type Dockerode from "dockerode";
import { findService } from "./rollout.ts";
import { isWanted } from "./rollout-state.ts";

/** A member of a stateful set, and those before it. */
export interface TurnOptions {
  api: () => Promise<Dockerode>;
  serviceName: string;
  /** What the service's label has to say for it to be the wanted version. */
  specification: pulumi.Output<string>;
  /** Resolves when all members before serve. Absent: it is the first, or not of a set. */
  previous: pulumi.Output<unknown> | undefined;
}

/**
 * The specification, when it is the member's turn. Members that have to change do so one after the
 * other, each when all before serve again: a set is never without more than one of its members, and
 * never without one while another set, which may lean on it, is. New members start together, because
 * they may need each other to start at all.
 *
 * It is a label that is held back, because a label never makes Pulumi replace a service.
 */
export function inTurn(options: TurnOptions): pulumi.Output<string> {
  const { api, serviceName, specification, previous } = options;
  if (!previous || pulumi.runtime.isDryRun()) return specification;
  const changes = specification.apply(async (wanted) => {
    const service = await findService(await api(), serviceName);
    return service !== undefined && !isWanted(service, wanted);
  });
  const turn = changes.apply((waits) => (waits ? previous.apply(() => true) : pulumi.output(true)));
  return pulumi.all([specification, turn]).apply(([wanted]) => wanted);
}
