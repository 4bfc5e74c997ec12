import type { V1Pod } from "@kubernetes/client-node";
import {
  type KubernetesPlatform,
  kubernetesPlatform,
} from "../../../cli/platform/kubernetes/kubernetes-platform.ts";
import { execInPod } from "../../../cli/platform/kubernetes/pod-command.ts";
import type { StackService } from "../../../cli/platform/platform.ts";
import { StackFiles } from "../../../cli/workspace.ts";
import { nameLabel } from "../../../components/orchestrator/kubernetes/names.ts";
import { isReady, isStaying } from "../../../components/orchestrator/kubernetes/readiness.ts";
import { kubectl, lab } from "../../kubernetes/support/cluster.ts";
import {
  answerMilliseconds,
  type Container,
  type Member,
  type NodeFault,
  numbered,
  type Site,
  type SiteNode,
} from "./site.ts";

interface LabNode extends SiteNode {
  name: string;
}

/** A stack on the Kubernetes lab. */
export class KubernetesSite implements Site {
  readonly kind = "kubernetes";
  readonly stack: string;
  readonly platform: KubernetesPlatform;
  readonly nodes: readonly LabNode[];

  private constructor(stack: string, nodes: LabNode[], platform: KubernetesPlatform) {
    this.stack = stack;
    this.nodes = nodes;
    this.platform = platform;
  }

  /**
   * From here on this process means the lab's cluster by "the cluster".
   * @throws Error when there is no such lab
   */
  static async open(stack: string): Promise<KubernetesSite> {
    const status: { nodes: LabNode[] } | null = JSON.parse(await lab("status", "--json"));
    if (!status) {
      throw new Error("there is no lab: `npm run lab -- kubernetes up --nodes 3` makes one");
    }
    process.env.KUBECONFIG = (await lab("kubeconfig")).trim();
    const platform = await kubernetesPlatform(new StackFiles(stack));
    return new KubernetesSite(stack, status.nodes, platform);
  }

  async containersOf(services: readonly StackService[]): Promise<Member[]> {
    const names = services.map(({ name }) => name);
    const [pods, ready] = await Promise.all([this.platform.pods(), this.readyNodes()]);
    return pods.flatMap((pod): Member[] => {
      const service = pod.metadata?.labels?.[nameLabel] ?? "";
      const node = this.nodes.find(({ name }) => name === pod.spec?.nodeName);
      const runs = pod.status?.phase === "Running" && isStaying(pod);
      if (!runs || !node || !ready.has(node.name) || !names.includes(service)) return [];
      return [{ service, node: node.number, container: this.container(pod, node) }];
    });
  }

  async missing(): Promise<string> {
    const ready = await this.readyNodes();
    const lost = this.nodes.filter(({ name }) => !ready.has(name)).map(({ name }) => name);
    if (lost.length > 0) return `${lost.join(", ")} not ready`;
    const incomplete = (await this.platform.workloads()).filter(
      ({ ready: there, wanted }) => there !== wanted,
    );
    return incomplete
      .map(({ name, ready: there, wanted }) => `${name} has ${there} of ${wanted} replicas`)
      .join(", ");
  }

  async lose({ service, container }: Member): Promise<void> {
    // What is frozen does not hear that it is to end.
    await container.pause();
    await this.setReplicas(service, 0);
    await container.kill();
    await container.unpause().catch(() => undefined);
  }

  giveBack(service: string): Promise<void> {
    return this.setReplicas(service, 1);
  }

  private async setReplicas(name: string, replicas: 0 | 1): Promise<void> {
    const { api, namespace } = this.platform;
    const object = { name, namespace };
    const scale = await api.apps.readNamespacedStatefulSetScale(object);
    await api.apps.replaceNamespacedStatefulSetScale({
      ...object,
      body: { ...scale, spec: { replicas } },
    });
  }

  async onNode(fault: NodeFault, node: number): Promise<void> {
    await lab("node", fault, String(node));
  }

  async drain(node: number): Promise<void> {
    await kubectl("drain", this.nameOf(node), "--ignore-daemonsets", "--delete-emptydir-data");
  }

  async activate(node: number): Promise<void> {
    await kubectl("uncordon", this.nameOf(node));
  }

  async replicasElsewhere({ name }: StackService, node: number): Promise<number> {
    const others = (await this.platform.pods(name)).filter(
      (pod) => pod.spec?.nodeName !== this.nameOf(node) && isStaying(pod),
    );
    return others.filter(isReady).length;
  }

  async leader(): Promise<undefined> {
    return undefined;
  }

  async addNode(number: number): Promise<SiteNode> {
    await lab("up", "--nodes", String(number));
    const { nodes }: { nodes: LabNode[] } = JSON.parse(await lab("status", "--json"));
    return numbered(nodes, number);
  }

  private nameOf(node: number): string {
    return numbered(this.nodes, node).name;
  }

  private async readyNodes(): Promise<Set<string>> {
    const { items } = await this.platform.api.core.listNode();
    return new Set(items.filter(isReady).map(({ metadata }) => metadata?.name ?? ""));
  }

  private container(pod: V1Pod, { number }: LabNode): Container {
    const id = pod.status?.containerStatuses?.[0]?.containerID?.split("://")[1] ?? "";
    const onTask = async (...words: string[]) => {
      await lab("exec", String(number), "--", "ctr", "--namespace=k8s.io", "tasks", ...words, id);
    };
    return {
      id,
      exec: (command) => this.exec(pod, command),
      kill: () => onTask("kill", "--signal=SIGKILL"),
      pause: () => onTask("pause"),
      unpause: () => onTask("resume"),
    };
  }

  private async exec(pod: V1Pod, command: string[]): Promise<string> {
    const printed = { stdout: "", stderr: "" };
    const running = execInPod(this.platform.api, pod, command, (text, stream) => {
      printed[stream] += text;
    });
    const exitCode = await inTime(running, `${command[0]} in ${pod.metadata?.name}`);
    if (exitCode === 0) return printed.stdout;
    throw new Error(`${command[0]} ended with ${exitCode}: ${printed.stderr}`);
  }
}

async function inTime<T>(answer: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`no answer of ${what} after ${answerMilliseconds} ms`);
    timer = setTimeout(() => reject(error), answerMilliseconds);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
