import type * as docker from "@pulumi/docker";
import * as apps from "@pulumi/kubernetes/apps/v1/index.js";
import * as autoscaling from "@pulumi/kubernetes/autoscaling/v2/index.js";
import * as core from "@pulumi/kubernetes/core/v1/index.js";
import * as networking from "@pulumi/kubernetes/networking/v1/index.js";
import * as policy from "@pulumi/kubernetes/policy/v1/index.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { dockerImage, pushedImage } from "../docker-image.ts";
import { fingerprint } from "../fingerprint.ts";
import type { Orchestrator } from "../orchestrator.ts";
import type {
  ConfigFile,
  ConfigFileSpec,
  DaemonSpec,
  Image,
  ImageSpec,
  Member,
  Network,
  NetworkSpec,
  ReplicatedServiceSpec,
  Secret,
  SecretSpec,
  StatefulSetSpec,
  Workload,
  WorkloadSpec,
} from "../specs.ts";
import { Turns } from "../turn.ts";
import { unawaited, workloadAnnotations } from "./annotations.ts";
import { autoscalerSpec } from "./autoscaler.ts";
import type { ClusterAccess } from "./cluster-api.ts";
import {
  type ClusterContext,
  type Exposure,
  labelsOf,
  metadataOf,
  selectorOf,
} from "./cluster-context.ts";
import { type Discovery, discoverable } from "./discovery.ts";
import { nodeName } from "./environment.ts";
import { encoded, foundation } from "./foundation.ts";
import {
  dockerEngine,
  type ImageBuilder,
  type ImageRegistry,
  pullCredentials,
} from "./image-registry.ts";
import { contentKey } from "./names.ts";
import { networkPolicy } from "./network-policies.ts";
import { RolloutGate } from "./rollout-gate.ts";
import {
  daemonSetSpec,
  deploymentSpec,
  disruptionBudget,
  memberSpec,
  setSelector,
} from "./workloads.ts";

/** A namespace of a Kubernetes cluster, and the registry that its nodes pull from. */
export interface KubernetesOrchestratorArgs extends ClusterAccess {
  /** Where everything is made. Two stacks can't share one: workloads have their names as DNS names. */
  namespace: string;
  /** Stands on everything as `app.kubernetes.io/instance`. */
  prefix: string;
  /** Values of the node label `topology.kubernetes.io/zone` that members are bound to. @default none */
  zones?: string[];
  /** The registry that nodes pull from. */
  registry: ImageRegistry;
  /** The engine that builds and pushes images. @default images are there already */
  builder?: ImageBuilder;
  /** Class of the members' volumes. @default the cluster's default */
  storageClass?: string;
  /** Size of each member's volume. @default 8 */
  volumeGiB?: number;
  /** How published ports get out of the cluster. @default by balancers of the cloud's */
  exposure?: Exposure;
  /** Whether the namespace and priority classes are made, too. @default true */
  clusterScoped?: boolean;
  /** Domain of the cluster's DNS. @default "cluster.local" */
  clusterDomain?: string;
  /**
   * Folder that manifests are written to, for review or GitOps, instead of being applied: no cluster is
   * asked. Secrets keep the same names then.
   * @default they are applied
   */
  renderTo?: string;
}

/** Renders specs with `@pulumi/kubernetes` in a namespace of a Kubernetes cluster. */
export class KubernetesOrchestrator extends pulumi.ComponentResource implements Orchestrator {
  readonly kind = "kubernetes";
  readonly zones: readonly string[];
  readonly nodeName = nodeName;
  /** Where everything is made. */
  readonly namespace: string;
  /** Hosts at which published ports are found, by the workload's name; none where nodes have them. */
  readonly publishedHosts: Record<string, pulumi.Output<string[]>> = {};
  private readonly args: KubernetesOrchestratorArgs;
  private readonly context: ClusterContext;
  private readonly options: pulumi.CustomResourceOptions;
  private readonly engine: docker.Provider | undefined;
  private readonly gate: RolloutGate;
  private readonly turns = new Turns();

  constructor(
    name: string,
    args: KubernetesOrchestratorArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ha-store:index:KubernetesOrchestrator", name, {}, opts);
    this.args = args;
    this.zones = args.zones ?? [];
    this.namespace = args.namespace;
    this.gate = new RolloutGate(args, args.namespace, args.renderTo !== undefined);
    const provider = new Provider(
      `${name}-provider`,
      {
        // Only its path gets into the state, not what is in it. KUBECONFIG would count where there is none,
        // and what is only rendered must have none.
        kubeconfig: args.renderTo === undefined ? args.kubeconfig : "",
        context: args.context,
        renderYamlToDirectory: args.renderTo,
      },
      { parent: this },
    );
    this.engine = args.builder && dockerEngine(name, args.builder, args.registry, this);
    const { context, needed } = foundation(
      {
        prefix: args.prefix,
        namespace: args.namespace,
        storageClass: args.storageClass,
        volumeGiB: args.volumeGiB ?? 8,
        exposure: args.exposure ?? { kind: "loadBalancer" },
        clusterScoped: args.clusterScoped ?? true,
        rendered: args.renderTo !== undefined,
        pull: pullCredentials(args.registry),
      },
      { parent: this, provider },
    );
    this.context = context;
    this.options = { provider, dependsOn: needed };
    this.registerOutputs({ zones: this.zones });
  }

  replicasHost(dnsName: string): string {
    return `${dnsName}.${this.namespace}.svc.${this.args.clusterDomain ?? "cluster.local"}`;
  }

  memberHost(dnsName: string): string {
    return this.replicasHost(dnsName);
  }

  network(name: string, spec: NetworkSpec, opts: pulumi.CustomResourceOptions): Network {
    if (spec.encrypted) {
      const text = `${name}: whether nodes encrypt traffic, the network plug-in decides`;
      void pulumi.log.warn(text, this);
    }
    const made = new networking.NetworkPolicy(
      name,
      { metadata: metadataOf(this.context, name), spec: networkPolicy(name, spec) },
      this.with(opts),
    );
    return { id: made.metadata.name };
  }

  secret(name: string, spec: SecretSpec, opts: pulumi.CustomResourceOptions): Secret {
    const { renderTo } = this.args;
    const made = new core.Secret(
      name,
      {
        // A new content is a new secret, with a name of Pulumi's: pods move over one by one.
        metadata: {
          ...(renderTo === undefined ? {} : { name }),
          namespace: this.context.namespace,
          labels: labelsOf(this.context, name),
        },
        data: { [contentKey]: encoded(spec.content) },
        immutable: true,
      },
      this.with(opts),
    );
    return { id: made.id, name: made.metadata.name };
  }

  configFile(name: string, spec: ConfigFileSpec, opts: pulumi.CustomResourceOptions): ConfigFile {
    const made = new core.ConfigMap(
      name,
      {
        metadata: {
          ...metadataOf(this.context, name),
          name: pulumi.interpolate`${name}-${fingerprint(spec.content)}`,
        },
        data: { [contentKey]: spec.content },
        immutable: true,
      },
      this.with(opts),
    );
    return { id: made.id, name: made.metadata.name };
  }

  image(name: string, spec: ImageSpec, opts: pulumi.CustomResourceOptions): Image {
    const path = `${this.args.prefix}/${name}`;
    if (!this.engine) return pushedImage(path, spec);
    return dockerImage(name, path, spec, pulumi.mergeOptions(opts, { provider: this.engine }));
  }

  replicatedService(
    name: string,
    spec: ReplicatedServiceSpec,
    opts: pulumi.CustomResourceOptions,
  ): Workload {
    const options = this.with(opts);
    const target = { kind: "Deployment", name } as const;
    const turn = this.turns.ofService(this.gate.standing(target), spec.rollOutAfter);
    const { spec: made, specification } = deploymentSpec(this.context, name, spec, turn);
    this.found(name, spec, { beforeReady: false, onEveryNode: false }, options);
    this.budget(name, selectorOf(this.context, name), options);
    const deployment = new apps.Deployment(
      name,
      { metadata: metadataOf(this.context, name, workloadAnnotations), spec: made },
      // Given up without a successor, a number of replicas would fall back to one.
      spec.autoscaling
        ? pulumi.mergeOptions(options, { ignoreChanges: ["spec.replicas"] })
        : options,
    );
    if (spec.autoscaling) {
      new autoscaling.HorizontalPodAutoscaler(
        name,
        {
          metadata: metadataOf(this.context, name, unawaited),
          spec: autoscalerSpec(deployment.metadata.name, spec.autoscaling),
        },
        options,
      );
    }
    const ready = this.gate.pass(deployment, target, specification, spec.rolloutTimeoutSeconds);
    return { dnsName: name, ready };
  }

  daemon(name: string, spec: DaemonSpec, opts: pulumi.CustomResourceOptions): Workload {
    const options = this.with(opts);
    const { spec: made, specification } = daemonSetSpec(this.context, name, spec);
    this.found(name, spec, { beforeReady: false, onEveryNode: true }, options);
    const daemonSet = new apps.DaemonSet(
      name,
      { metadata: metadataOf(this.context, name, workloadAnnotations), spec: made },
      options,
    );
    const target = { kind: "DaemonSet", name } as const;
    const ready = this.gate.pass(daemonSet, target, specification, spec.rolloutTimeoutSeconds);
    return { dnsName: name, ready };
  }

  statefulSet(name: string, spec: StatefulSetSpec, opts: pulumi.CustomResourceOptions): Member[] {
    const options = this.with(opts);
    this.budget(`${name}-members`, setSelector(this.context, name), options);
    return spec.members.map((member) => {
      const target = { kind: "StatefulSet", name: member.name } as const;
      const turn = this.turns.ofMember(this.gate.standing(target));
      const { spec: made, specification } = memberSpec(this.context, name, spec, member, turn);
      this.found(member.name, spec, { beforeReady: true, onEveryNode: false }, options);
      const set = new apps.StatefulSet(
        member.name,
        { metadata: metadataOf(this.context, member.name, workloadAnnotations), spec: made },
        // The name is an interface, and leads to the volume.
        pulumi.mergeOptions(options, { deleteBeforeReplace: true }),
      );
      const ready = this.gate.pass(set, target, specification, spec.rolloutTimeoutSeconds);
      return { dnsName: member.name, ready, startedUp: this.turns.joined(turn, set, ready) };
    });
  }

  private found(
    name: string,
    spec: WorkloadSpec,
    discovery: Discovery,
    options: pulumi.CustomResourceOptions,
  ): void {
    const hosts = discoverable(this.context, name, spec, discovery, options);
    if (hosts) this.publishedHosts[name] = hosts;
  }

  private budget(
    name: string,
    selector: Record<string, string>,
    options: pulumi.CustomResourceOptions,
  ): void {
    new policy.PodDisruptionBudget(
      name,
      { metadata: metadataOf(this.context, name), spec: disruptionBudget(selector) },
      options,
    );
  }

  private with(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return pulumi.mergeOptions(opts, this.options);
  }
}
