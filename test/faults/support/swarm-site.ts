import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import Docker from "dockerode";
import type { StackService } from "../../../cli/platform/platform.ts";
import { SwarmPlatform } from "../../../cli/platform/swarm/swarm-platform.ts";
import { takeFrames } from "../../../components/orchestrator/swarm/log-frames.ts";
import { lab as labCommand } from "../../support/lab.ts";
import {
  answerMilliseconds,
  type Container,
  type Member,
  type NodeFault,
  numbered,
  type Site,
  type SiteNode,
} from "./site.ts";

export interface LabNode extends SiteNode {
  dockerHost: string;
}

/** A stack on the Swarm lab. */
export class SwarmSite implements Site {
  readonly kind = "swarm";
  readonly stack: string;
  readonly platform: SwarmPlatform;
  readonly nodes: readonly LabNode[];

  private constructor(stack: string, nodes: LabNode[], platform: SwarmPlatform) {
    this.stack = stack;
    this.nodes = nodes;
    this.platform = platform;
  }

  /** @throws Error when there is no such lab */
  static async open(stack: string): Promise<SwarmSite> {
    const status: { nodes: LabNode[] } | null = JSON.parse(await labCommand("status", "--json"));
    if (!status) throw new Error("there is no lab: `npm run lab -- swarm up --nodes 3` makes one");
    const { nodes } = status;
    const { dockerHost } = await answering(nodes);
    return new SwarmSite(stack, nodes, new SwarmPlatform(stack, dockerHost));
  }

  async containersOf(services: readonly StackService[]): Promise<Member[]> {
    const names = services.map(({ physicalName }) => physicalName);
    const filters = { label: [serviceLabel], status: ["running", "paused"] };
    const found = await Promise.all(
      this.nodes.map(async (node) => {
        const engine = engineAt(node);
        // A node that is off has none.
        const containers = await engine.listContainers({ filters }).catch(() => []);
        return containers.map(({ Id, Labels }) => ({
          service: Labels[serviceLabel] ?? "",
          node: node.number,
          container: container(engine.getContainer(Id)),
        }));
      }),
    );
    return found.flat().filter(({ service }) => names.includes(service));
  }

  async missing(services: readonly StackService[]): Promise<string> {
    const engine = await anyEngine(this.nodes);
    return (await missingNodes(engine)) || (await missingTasks(engine, services));
  }

  async lose({ service, container }: Member): Promise<void> {
    // It would be started again a second later.
    await Promise.all([container.kill(), this.setReplicas(service, 0)]);
  }

  giveBack(service: string): Promise<void> {
    return this.setReplicas(service, 1);
  }

  private async setReplicas(name: string, replicas: 0 | 1): Promise<void> {
    const service = (await anyEngine(this.nodes)).getService(name);
    const { Version, Spec }: { Version: { Index: number }; Spec: Docker.ServiceSpec } =
      await service.inspect();
    await service.update({
      ...Spec,
      version: Version.Index,
      Mode: { Replicated: { Replicas: replicas } },
    });
  }

  async onNode(fault: NodeFault, node: number): Promise<void> {
    await labCommand("node", fault, String(node));
  }

  drain(node: number): Promise<void> {
    return this.setAvailability(node, "drain");
  }

  activate(node: number): Promise<void> {
    return this.setAvailability(node, "active");
  }

  async replicasElsewhere({ physicalName }: StackService, number: number): Promise<number> {
    const { engine, node } = await this.seenByAnother(number);
    const filters = { service: [physicalName], "desired-state": ["running"] };
    const tasks: Task[] = await engine.listTasks({ filters });
    // Those of a node that is lost are said to run, until Swarm knows.
    const serving = tasks.filter(({ NodeID }) => NodeID !== node.ID);
    return serving.filter(({ Status }) => Status.State === "running").length;
  }

  async leader(): Promise<number | undefined> {
    const nodes: SwarmNode[] = await (await anyEngine(this.nodes)).listNodes();
    const leading = nodes.find(({ ManagerStatus }) => ManagerStatus?.Leader);
    return this.nodes.find(({ address }) => address === leading?.Status.Addr)?.number;
  }

  async addNode(number: number): Promise<SiteNode> {
    await labCommand("up", "--nodes", String(number));
    const { nodes }: { nodes: LabNode[] } = JSON.parse(await labCommand("status", "--json"));
    return numbered(nodes, number);
  }

  private async setAvailability(number: number, availability: "active" | "drain"): Promise<void> {
    const { engine, node } = await this.seenByAnother(number);
    const { ID: id, Version: version, Spec: spec } = node;
    await engine
      .getNode(id)
      .update({ version: version.Index, ...spec, Availability: availability });
  }

  /** A node as the engine of another one knows it. */
  private async seenByAnother(number: number): Promise<{ engine: Docker; node: SwarmNode }> {
    const { address } = numbered(this.nodes, number);
    const engine = await anyEngine(this.nodes.filter((one) => one.number !== number));
    const nodes: SwarmNode[] = await engine.listNodes();
    const node = nodes.find(({ Status }) => Status.Addr === address);
    if (!node) throw new Error(`the Swarm has no node at ${address}`);
    return { engine, node };
  }
}

interface SwarmNode {
  ID: string;
  Version: { Index: number };
  Spec: object;
  Status: { Addr: string };
  ManagerStatus?: { Leader?: boolean };
}

interface Task {
  NodeID: string;
  Status: { State: string };
}

const serviceLabel = "com.docker.swarm.service.name";

/** A client of a node's engine, which gives up on one that does not answer. */
function engineAt({ dockerHost }: Pick<LabNode, "dockerHost">): Docker {
  return new Docker({
    socketPath: dockerHost.replace("unix://", ""),
    timeout: answerMilliseconds,
  });
}

/** An engine of a manager that answers. */
async function anyEngine(nodes: readonly LabNode[]): Promise<Docker> {
  return engineAt(await answering(nodes));
}

async function answering(nodes: readonly LabNode[]): Promise<LabNode> {
  for (const node of nodes) {
    const answers = await engineAt(node)
      .ping()
      .then(Boolean, () => false);
    if (answers) return node;
  }
  throw new Error("no engine of the lab answers");
}

async function missingNodes(engine: Docker): Promise<string> {
  const nodes: { Description: { Hostname: string }; Status: { State: string } }[] =
    await engine.listNodes();
  return nodes
    .filter(({ Status }) => Status.State !== "ready")
    .map(({ Description, Status }) => `${Description.Hostname} is ${Status.State}`)
    .join(", ");
}

async function missingTasks(engine: Docker, ours: readonly StackService[]): Promise<string> {
  const names = ours.map(({ physicalName }) => physicalName);
  const services = (await engine.listServices({ status: true })) as {
    Spec?: { Name?: string };
    ServiceStatus?: { RunningTasks: number; DesiredTasks: number };
  }[];
  return services
    .filter(({ Spec, ServiceStatus: status }) => {
      return names.includes(Spec?.Name ?? "") && status?.RunningTasks !== status?.DesiredTasks;
    })
    .map(({ Spec }) => `${Spec?.Name} is not complete`)
    .join(", ");
}

function container(engine: Docker.Container): Container {
  return {
    id: engine.id,
    exec: (command) => execIn(engine, command),
    kill: () => engine.kill({ signal: "SIGKILL" }),
    pause: () => engine.pause(),
    unpause: () => engine.unpause(),
  };
}

async function execIn(inside: Docker.Container, command: string[]): Promise<string> {
  const exec = await inside.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
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
