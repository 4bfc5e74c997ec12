import type * as pulumi from "@pulumi/pulumi";
import type Dockerode from "dockerode";
import { type Turn, takeTurn } from "../turn.ts";
import { findService } from "./rollout.ts";
import { isWanted } from "./rollout-state.ts";

/** A member of a stateful set, and those before it. */
export interface TurnOptions extends Omit<Turn, "changes"> {
  api: () => Promise<Dockerode>;
  serviceName: string;
}

/**
 * The specification, when it is the member's turn. It is a label that is held back, because a label
 * never makes Pulumi replace a service.
 */
export function inTurn({ api, serviceName, ...turn }: TurnOptions): pulumi.Output<string> {
  return takeTurn({
    ...turn,
    changes: async (wanted) => {
      const service = await findService(await api(), serviceName);
      return service !== undefined && !isWanted(service, wanted);
    },
  });
}
