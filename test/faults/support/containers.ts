import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import Docker from "dockerode";
import { takeFrames } from "../../../components/orchestrator/swarm/log-frames.ts";
import { lab as labCommand } from "../../support/lab.ts";

/** A container of a service, and the node that it runs on. */
export interface Member {
  service: string;
  node: number;
  container: Docker.Container;
}

export interface LabNode {
  number: number;
  address: string;
  dockerHost: string;
  state: string;
}

const answerMilliseconds = 15_000;

/** Nodes of the lab as they are now. */
export async function labNodes(): Promise<LabNode[]> {
  const status: { nodes: LabNode[] } | null = JSON.parse(await labCommand("status", "--json"));
  if (!status) throw new Error("there is no lab: `npm run lab -- swarm up --nodes 3` makes one");
  return status.nodes;
}

/** A client of a node's engine, which gives up on one that does not answer. */
export function engineAt({ dockerHost }: Pick<LabNode, "dockerHost">): Docker {
  return new Docker({
    socketPath: dockerHost.replace("unix://", ""),
    timeout: answerMilliseconds,
  });
}

/** An engine of a manager that answers. */
export async function anyEngine(nodes: readonly LabNode[]): Promise<Docker> {
  for (const node of nodes) {
    const engine = engineAt(node);
    if (await engine.ping().then(Boolean, () => false)) return engine;
  }
  throw new Error("no engine of the lab answers");
}

/** Running (or paused) containers of services, on all nodes that answer. */
export async function containersOf(
  nodes: readonly LabNode[],
  services: readonly string[],
): Promise<Member[]> {
  const filters = { label: ["com.docker.swarm.service.name"], status: ["running", "paused"] };
  const found = await Promise.all(
    nodes.map(async (node) => {
      const engine = engineAt(node);
      // A node that is off has none.
      const containers = await engine.listContainers({ filters }).catch(() => []);
      return containers.map(({ Id, Labels }) => ({
        service: Labels["com.docker.swarm.service.name"] ?? "",
        node: node.number,
        container: engine.getContainer(Id),
      }));
    }),
  );
  return found.flat().filter(({ service }) => services.includes(service));
}

/**
 * Runs a command in a container.
 * @throws Error with what it complained about, unless it ended with 0
 */
export async function execIn(container: Docker.Container, command: string[]): Promise<string> {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const chunks: Buffer[] = [];
  const sink = new PassThrough();
  sink.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.pipe(sink);
  await finished(sink);
  const { frames } = takeFrames(Buffer.concat(chunks));
  const text = (wanted: string) =>
    Buffer.concat(
      frames.flatMap((frame) => (frame.stream === wanted ? [frame.content] : [])),
    ).toString();
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new Error(`${command[0]} ended with ${ExitCode}: ${text("stderr")}`);
  return text("stdout");
}
