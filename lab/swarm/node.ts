import { existingPlace, type LabNode, labNode, type NodeSoftware } from "../host/node.ts";
import { boot, engine } from "./docker.ts";
import { dockerSocket, swarmLab } from "./layout.ts";

/** One host of the Swarm lab; its Docker engine is the DOCKER_HOST of commands inside. */
export interface SwarmNode extends LabNode {
  /** For DOCKER_HOST; reachable from this host, even while the node's network link is cut. */
  dockerHost: string;
}

/** A Docker engine. */
export const dockerSoftware = (number: number): NodeSoftware => ({
  boot: () => boot(number),
  answers: (timeoutMs) =>
    engine(number, timeoutMs)
      .ping()
      .then(Boolean, () => false),
  environment: { DOCKER_HOST: `unix://${dockerSocket(number)}` },
});

/**
 * A handle of node `number` (1 to 5) of the running lab.
 * @throws when the lab has no such node
 */
export function node(number: number): SwarmNode {
  return {
    ...labNode(existingPlace(swarmLab, number), dockerSoftware(number)),
    dockerHost: `unix://${dockerSocket(number)}`,
  };
}
