import { join } from "node:path";
import Docker from "dockerode";
import { succeed } from "./command.ts";
import { root } from "./workspace.ts";

const node = join(root, "node_modules", ".bin", "node");

/** A lab that a test started, and so stops. */
export interface TestLab {
  /** Of the first node. */
  dockerHost: string;
  address: string;
  nodes: { number: number; name: string; address: string; zone: string; dockerHost: string }[];
}

/** Runs a command of the lab. */
export async function lab(...args: string[]): Promise<string> {
  const { stdout } = await succeed(node, [join(root, "lab", "main.ts"), "swarm", ...args], {
    cwd: root,
  });
  return stdout;
}

/** Starts a lab with the base images that builds need; refuses to touch one that is not its own. */
export async function startLab(nodeCount: number): Promise<TestLab> {
  if (JSON.parse(await lab("status", "--json")) !== null) {
    throw new Error("a lab runs already: remove it first (npm run lab -- swarm down)");
  }
  await lab("up", "--nodes", String(nodeCount));
  const { nodes } = JSON.parse(await lab("status", "--json"));
  const [first] = nodes;
  await succeed(node, [join(root, "base-images", "main.ts"), "-H", first.dockerHost]);
  return { dockerHost: first.dockerHost, address: first.address, nodes };
}

export async function stopLab(started: TestLab | undefined): Promise<void> {
  if (started) await lab("down");
}

/** A client of one of the lab's engines, the first by default. */
export function engineOf({ nodes }: TestLab, number = 1): Docker {
  const host = nodes.find((node) => node.number === number)?.dockerHost ?? "";
  return new Docker({ socketPath: host.replace("unix://", "") });
}
