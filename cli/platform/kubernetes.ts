import type { V1ObjectMeta, V1PodTemplateSpec, V1Service } from "@kubernetes/client-node";
import {
  type ClusterApi,
  clusterApi,
} from "../../components/orchestrator/kubernetes/cluster-api.ts";
import { nameLabel, stackLabel } from "../../components/orchestrator/kubernetes/names.ts";
import { isReady } from "../../components/orchestrator/kubernetes/pod-report.ts";
import { clusterAccess } from "../../stack/kubernetes-check.ts";
import { readCommitted } from "../configuration-check.ts";
import type { StackFiles } from "../workspace.ts";
import { type ClusterCommand, notUp, type Platform, type StackService } from "./platform.ts";
import { runInPod } from "./pod-command.ts";

/** A stack in a namespace; commands run in a pod of the workload. */
export async function kubernetesPlatform(files: StackFiles): Promise<KubernetesPlatform> {
  const { settings } = readCommitted(files);
  const api = await clusterApi(clusterAccess(settings));
  return new KubernetesPlatform(api, files.stack, settings.namespace || `ha-store-${files.stack}`);
}

interface Controller {
  metadata?: V1ObjectMeta;
  spec?: { template: V1PodTemplateSpec };
}

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
    const { apps } = this.api;
    const [deployments, statefulSets, daemonSets, published] = await Promise.all([
      apps.listNamespacedDeployment(this.ours),
      apps.listNamespacedStatefulSet(this.ours),
      apps.listNamespacedDaemonSet(this.ours),
      this.publishedServices(),
    ]);
    const all = [...deployments.items, ...statefulSets.items, ...daemonSets.items];
    if (all.length === 0) throw notUp(this.stack);
    return all.map((controller) => toService(controller, published));
  }

  run(command: ClusterCommand): Promise<number> {
    return runInPod(this.api, { ...this.ours, ...command });
  }

  async hostsOf({ name }: StackService): Promise<string[]> {
    const services = (await this.publishedServices()).filter(({ spec }) => belongs(spec, name));
    const balancers = services.flatMap(({ status }) => status?.loadBalancer?.ingress ?? []);
    if (balancers.length > 0) return balancers.map(({ ip, hostname }) => hostname ?? ip ?? "");
    if (services.length > 0) return this.nodesOf(name);
    throw new Error(`${name} is reached by host names only: give one with --address`);
  }

  /** Nodes that have a pod of the workload which serves. */
  private async nodesOf(name: string): Promise<string[]> {
    const labelSelector = `${this.ours.labelSelector},${nameLabel}=${name}`;
    const { items } = await this.api.core.listNamespacedPod({ ...this.ours, labelSelector });
    return items
      .filter(isReady)
      .map(({ status }) => status?.hostIP ?? "")
      .toSorted();
  }

  private async publishedServices(): Promise<V1Service[]> {
    const { items } = await this.api.core.listNamespacedService(this.ours);
    return items.filter(({ spec }) => spec?.type === "NodePort" || spec?.type === "LoadBalancer");
  }

  private get ours() {
    return {
      namespace: this.namespace,
      labelSelector: `${stackLabel}=ha-store-${this.stack}`,
    };
  }
}

function toService({ metadata, spec }: Controller, published: V1Service[]): StackService {
  const name = metadata?.name ?? "";
  const variables = spec?.template.spec?.containers[0]?.env ?? [];
  const ports = published
    .filter((service) => belongs(service.spec, name))
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

function belongs(spec: V1Service["spec"], name: string): boolean {
  return spec?.selector?.[nameLabel] === name;
}
