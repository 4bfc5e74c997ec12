import { withLabLock } from "../host/lock.ts";
import {
  createNodeFolders,
  ensureOn,
  type LabUpArgs,
  prepareHost,
  requireNodeCount,
} from "../host/prepare.ts";
import { refuseForeignLab } from "../host/presence.ts";
import { ensureRequirements, requireRoot } from "../host/requirements.ts";
import { swarmLab } from "./layout.ts";
import { formSwarm } from "./membership.ts";
import { dockerSoftware, node, type SwarmNode } from "./node.ts";
import { swarmRequirements } from "./requirements.ts";

/** A running lab. */
export interface Lab {
  nodes: SwarmNode[];
}

/**
 * Makes this machine's lab: isolated hosts on a bridge, a Docker engine on each, one Swarm of all.
 * Safe to repeat: it adds what is missing, boots what is off, heals what is cut or paused.
 * @throws when not root, when the kernel or a program it can't install is missing, or when an
 * engine does not come up (with the end of its log)
 */
export async function swarmUp({ nodes = 1, log = () => {} }: LabUpArgs = {}): Promise<Lab> {
  requireNodeCount(nodes);
  requireRoot(swarmLab);
  return withLabLock(swarmLab, "up", log, async () => {
    await ensureRequirements(swarmRequirements, log);
    await refuseForeignLab(swarmLab);
    await prepareHost(swarmLab, log);
    const places = await createNodeFolders(swarmLab, nodes, log);
    await Promise.all(places.map((place) => ensureOn(place, dockerSoftware(place.number), log)));
    const numbers = places.map(({ number }) => number);
    await formSwarm(numbers);
    log(`Swarm of ${numbers.length} ${numbers.length === 1 ? "node" : "nodes"} is ready`);
    return { nodes: numbers.map((number) => node(number)) };
  });
}
