import { setTimeout } from "node:timers/promises";
import type {
  V1DaemonSet,
  V1Deployment,
  V1Pod,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";
import {
  type ClusterApi,
  clusterApi,
} from "../../../components/orchestrator/kubernetes/cluster-api.ts";
import { nameLabel, stackLabel } from "../../../components/orchestrator/kubernetes/names.ts";
import { isReady, isStaying } from "../../../components/orchestrator/kubernetes/readiness.ts";
import { clusterAccess } from "../../../stack/kubernetes-check.ts";
import { readCommitted } from "../../configuration-check.ts";
import type { StackFiles } from "../../workspace.ts";
import { digestOf } from "../digest.ts";
import {
  type ClusterCommand,
  notUp,
  type Platform,
  type StackService,
  type StackVolume,
} from "../platform.ts";
import type { SpreadWorkload } from "../spread.ts";
import { execInPod } from "./pod-command.ts";
import { spreadDeployments } from "./spread.ts";
import { runAtVolume } from "./volume-pod.ts";

/** The namespace of a stack. @throws KubeconfigError when the configuration leads to no cluster */
export async function kubernetesPlatform(files: StackFiles): Promise<KubernetesPlatform> {
  const { settings } = readCommitted(files);
  const api = await clusterApi(clusterAccess(settings));
  return new KubernetesPlatform(api, files.stack, settings.namespace || `ha-store-${files.stack}`);
}

/** A workload, and how many of its replicas serve. */
export interface WorkloadState {
  name: string;
  ready: number;
  wanted: number;
}

/** A stack in a namespace; commands run in a pod of the workload. */
export class KubernetesPlatform implements Platform {
  readonly api: ClusterApi;
  readonly namespace: string;
  private readonly stack: string;

  constructor(api: ClusterApi, stack: string, namespace: string) {
    this.api = api;
    this.stack = stack;
    this.namespace = namespace;
  }

  async services(): Promise<StackService[]> {
    const [controllers, published] = await Promise.all([
      this.controllers(),
      this.publishedServices(),
    ]);
    if (controllers.length === 0) throw notUp(this.stack);
    return controllers.map((controller) => toService(controller, published));
  }

  async run(job: ClusterCommand) {
    const { service, command, node, environment = {}, onOutput } = job;
    if (job.volumes) return runAtVolume(this.api, await this.statefulSet(service), job);
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const words = variables.length > 0 ? ["env", ...variables, ...command] : command;
    return execInPod(this.api, await this.runningPod(service, node), words, onOutput);
  }

  async digests(): Promise<Record<string, string>> {
    const [controllers, scaled] = await Promise.all([this.controllers(), this.autoscaled()]);
    return Object.fromEntries(
      controllers.map(({ metadata, spec }) => {
        const name = metadata?.name ?? "";
        return [name, digestOf(scaled.has(name) ? { ...spec, replicas: undefined } : spec)];
      }),
    );
  }

  async hostsOf({ name }: StackService): Promise<string[]> {
    const services = (await this.publishedServices()).filter((service) => leadsTo(service, name));
    const balancers = services.flatMap(({ status }) => status?.loadBalancer?.ingress ?? []);
    if (balancers.length > 0) return balancers.map(({ ip, hostname }) => hostname ?? ip ?? "");
    // A port of a node leads to the pod there.
    const serving = (await this.pods(name)).filter(isReady);
    if (services.length > 0) return serving.map(({ status }) => status?.hostIP ?? "").toSorted();
    throw new Error(`${name} is reached by host names only: give one with --address`);
  }

  async leaving(): Promise<number> {
    return (await this.pods()).filter(isLeaving).length;
  }

  async nodeOf({ name }: StackService): Promise<string | undefined> {
    return (await this.pods(name)).find(isStaying)?.spec?.nodeName;
  }

  async stop(services: readonly StackService[]): Promise<void> {
    await this.scale(services, 0);
    for (const { name } of services) {
      while ((await this.pods(name)).some((pod) => !isLost(pod)))
        await setTimeout(pollMilliseconds);
    }
  }

  start(services: readonly StackService[]): Promise<void> {
    return this.scale(services, 1);
  }

  spreadWorkloads(): Promise<SpreadWorkload[]> {
    return spreadDeployments(this);
  }

  /** What becomes of a volume without its claim, its class decides. */
  async volumes(): Promise<StackVolume[]> {
    const { namespace } = this;
    const { items } = await this.api.core.listNamespacedPersistentVolumeClaim(this.ours);
    return items.map(({ metadata }) => {
      const name = metadata?.name ?? "";
      const claim = { namespace, name };
      return {
        name,
        workload: metadata?.labels?.[nameLabel] ?? "",
        remove: async () => void (await this.api.core.deleteNamespacedPersistentVolumeClaim(claim)),
      };
    });
  }

  /** All pods of the stack, or of one workload. */
  async pods(workload?: string): Promise<V1Pod[]> {
    const { labelSelector, namespace } = this.ours;
    const selector = workload ? `${labelSelector},${nameLabel}=${workload}` : labelSelector;
    return (await this.api.core.listNamespacedPod({ namespace, labelSelector: selector })).items;
  }

  async deployments(): Promise<V1Deployment[]> {
    return (await this.api.apps.listNamespacedDeployment(this.ours)).items;
  }

  /** Names of the workloads whose replicas an autoscaler sets. */
  async autoscaled(): Promise<Set<string>> {
    const { items } = await this.api.autoscaling.listNamespacedHorizontalPodAutoscaler(this.ours);
    return new Set(items.map(({ spec }) => spec?.scaleTargetRef.name ?? ""));
  }

  async workloads(): Promise<WorkloadState[]> {
    return (await this.controllers()).map(({ metadata, spec, status }) => {
      const name = metadata?.name ?? "";
      if (status && "desiredNumberScheduled" in status) {
        return { name, ready: status.numberReady, wanted: status.desiredNumberScheduled };
      }
      const wanted = spec && "replicas" in spec ? (spec.replicas ?? 1) : 1;
      const ready = status && "readyReplicas" in status ? (status.readyReplicas ?? 0) : 0;
      return { name, ready, wanted };
    });
  }

  /** One that serves, or at least runs: a database that is not ready may be what is asked about. */
  private async runningPod(workload: string, node?: string): Promise<V1Pod> {
    const running = (await this.pods(workload))
      .filter((pod) => pod.status?.phase === "Running" && isStaying(pod))
      .filter(({ spec }) => node === undefined || spec?.nodeName === node);
    const pod = running.find(isReady) ?? running[0];
    if (pod) return pod;
    throw new Error(`no pod of ${workload} runs${node === undefined ? "" : ` on ${node}`}`);
  }

  private async scale(services: readonly StackService[], replicas: 0 | 1): Promise<void> {
    for (const { name } of services) {
      const set = await this.statefulSet(name);
      if (!set.spec || set.spec.replicas === replicas) continue;
      set.spec.replicas = replicas;
      const object = { name, namespace: this.namespace, body: set };
      await this.api.apps.replaceNamespacedStatefulSet(object);
    }
  }

  private statefulSet(name: string): Promise<V1StatefulSet> {
    return this.api.apps.readNamespacedStatefulSet({ name, namespace: this.namespace });
  }

  private async controllers(): Promise<Controller[]> {
    const { apps } = this.api;
    const lists = await Promise.all([
      this.deployments(),
      apps.listNamespacedStatefulSet(this.ours).then(({ items }) => items),
      apps.listNamespacedDaemonSet(this.ours).then(({ items }) => items),
    ]);
    return lists.flat<Controller[][]>();
  }

  private async publishedServices(): Promise<V1Service[]> {
    const { items } = await this.api.core.listNamespacedService(this.ours);
    return items.filter(({ spec }) => spec?.type === "NodePort" || spec?.type === "LoadBalancer");
  }

  private get ours() {
    const labelSelector = `${stackLabel}=ha-store-${this.stack}`;
    return { namespace: this.namespace, labelSelector };
  }
}

const pollMilliseconds = 250;
/** So long after it should have ended, a pod is on a node that does not answer. */
const lostAfterMilliseconds = 30_000;

/** It is to end, and does not serve anybody new. */
function isLeaving(pod: V1Pod): boolean {
  return !isStaying(pod) && !isLost(pod);
}

function isLost({ metadata }: V1Pod): boolean {
  const due = metadata?.deletionTimestamp?.getTime() ?? Number.POSITIVE_INFINITY;
  return due + lostAfterMilliseconds < Date.now();
}

type Controller = V1Deployment | V1StatefulSet | V1DaemonSet;

function toService({ metadata, spec }: Controller, published: V1Service[]): StackService {
  const name = metadata?.name ?? "";
  const variables = spec?.template.spec?.containers[0]?.env ?? [];
  const ports = published
    .filter((service) => leadsTo(service, name))
    .flatMap((service) => service.spec?.ports ?? []);
  return {
    physicalName: name,
    name,
    // A dollar sign that is meant is doubled there.
    environment: Object.fromEntries(
      variables.map((variable) => [variable.name, (variable.value ?? "").replaceAll("$$", "$")]),
    ),
    publishedPorts: ports.map(({ nodePort, port, targetPort }) => ({
      published: nodePort ?? port,
      target: Number(targetPort),
    })),
  };
}

function leadsTo({ spec }: V1Service, workload: string): boolean {
  return spec?.selector?.[nameLabel] === workload;
}
