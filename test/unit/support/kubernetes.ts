import * as pulumi from "@pulumi/pulumi";
import {
  KubernetesOrchestrator,
  type KubernetesOrchestratorArgs,
} from "../../../components/orchestrator/kubernetes/kubernetes-orchestrator.ts";
import type { WorkloadSpec } from "../../../components/orchestrator/specs.ts";
import {
  plain,
  type RecordedResource,
  type Recording,
  recordResources,
} from "../../support/pulumi-mocks.ts";

/** Types of what is made, as the engine calls them. */
export const kinds = {
  namespace: "kubernetes:core/v1:Namespace",
  secret: "kubernetes:core/v1:Secret",
  configMap: "kubernetes:core/v1:ConfigMap",
  service: "kubernetes:core/v1:Service",
  account: "kubernetes:core/v1:ServiceAccount",
  policy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  deployment: "kubernetes:apps/v1:Deployment",
  statefulSet: "kubernetes:apps/v1:StatefulSet",
  daemonSet: "kubernetes:apps/v1:DaemonSet",
  budget: "kubernetes:policy/v1:PodDisruptionBudget",
  autoscaler: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  ingress: "kubernetes:networking.k8s.io/v1:Ingress",
  route: "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
  priority: "kubernetes:scheduling.k8s.io/v1:PriorityClass",
};

/** A workload that asks for nothing special. */
export const workload: WorkloadSpec = {
  image: "catalog@sha256:1",
  networks: [],
  resources: { memoryLimitMiB: 128 },
};

/** Labels by which the pods of `catalog` are told from all others. */
export const selector = {
  "app.kubernetes.io/name": "catalog",
  "app.kubernetes.io/instance": "ha-store-prod",
};

export interface Manifest {
  metadata: { name?: string; namespace?: string; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}

export interface Pod {
  metadata: { labels: Record<string, string>; annotations: Record<string, string> };
  spec: Record<string, unknown> & { containers: Record<string, unknown>[] };
}

/** A recording of what orchestrators make, each of a cluster of its own. */
export class KubernetesRecording {
  readonly parent = new pulumi.ComponentResource("test:index:Parent", "parent");
  readonly recording: Recording;

  private constructor(recording: Recording) {
    this.recording = recording;
  }

  static async start(): Promise<KubernetesRecording> {
    return new KubernetesRecording(await recordResources());
  }

  orchestrator(args: Partial<KubernetesOrchestratorArgs> = {}): KubernetesOrchestrator {
    return new KubernetesOrchestrator("kubernetes", {
      namespace: "shop",
      prefix: "ha-store-prod",
      zones: ["zone-1", "zone-2"],
      registry: { address: "registry.example/shop", username: "ci", password: "registry-password" },
      ...args,
    });
  }

  /** The resource of that kind and name, once everything is registered. */
  async resource(kind: keyof typeof kinds, name: string): Promise<RecordedResource> {
    await this.recording.settled();
    return this.recording.one(kinds[kind], name);
  }

  /** The object of that kind and name. */
  async manifest<T = Manifest>(kind: keyof typeof kinds, name: string): Promise<T> {
    return plain((await this.resource(kind, name)).inputs) as T;
  }

  /** What the pods of a workload are made of. */
  async podOf(kind: "deployment" | "statefulSet" | "daemonSet", name: string): Promise<Pod> {
    return (await this.manifest<{ spec: { template: Pod } }>(kind, name)).spec.template;
  }
}
