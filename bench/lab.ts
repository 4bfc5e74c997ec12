import { ensureBaseImages } from "../base-images/index.ts";
import { type SwarmNode, swarmDown, swarmStatus, swarmUp } from "../lab/index.ts";
import { interruption } from "./interruption.ts";

/**
 * Runs a benchmark on a lab of its own, which goes when it ends, fails or is interrupted.
 *
 * @throws Error when a lab runs already: what others do there would be measured too.
 */
export async function withLab<T>(
  nodes: number,
  work: (first: SwarmNode) => Promise<T>,
): Promise<T> {
  if (await swarmStatus()) {
    throw new Error("a lab runs already: remove it first (npm run lab -- swarm down)");
  }
  try {
    return await Promise.race([start(nodes).then(work), interruption()]);
  } finally {
    await swarmDown({ log: console.log });
  }
}

async function start(nodes: number): Promise<SwarmNode> {
  const lab = await swarmUp({ nodes, log: console.log });
  const [first] = lab.nodes;
  if (!first) throw new Error("the lab came up without a node");
  await ensureBaseImages({ dockerHost: first.dockerHost, log: console.log });
  return first;
}
