import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "../fingerprint.ts";
import type { ResourcesSpec, WorkloadSpec } from "../specs.ts";
import { inTurn, type Turn } from "../turn.ts";
import { type ClusterContext, labelsOf, type Rank } from "./cluster-context.ts";
import { environmentVariables, escapeDollar } from "./environment.ts";
import { fileMounts, scratchMounts } from "./files.ts";
import { networkLabel, onNetwork, specificationAnnotation } from "./names.ts";
import type { Placement } from "./placement.ts";
import { probes } from "./probes.ts";

type PodSpec = types.input.core.v1.PodSpec;
type Container = types.input.core.v1.Container;

/** What distinguishes one kind of workload's pods from another's. */
export interface PodShape {
  /** Name of the workload. */
  name: string;
  /** Labels besides those that all have. */
  labels?: Record<string, string>;
  placement?: Placement;
  rank: Rank;
  /** How long it goes on serving after nobody new is to be sent to it. */
  drainSeconds: number;
  /** @default there is none */
  volume?: { path: string; claim: types.input.core.v1.PersistentVolumeClaim };
  /** Holds the annotation, and with it the pod, back until it may change. @default it may at once */
  turn?: Turn;
}

/** A pod, and the hash of all that it asks for, which it also has as an annotation. */
export interface SpecifiedTemplate {
  template: types.input.core.v1.PodTemplateSpec;
  specification: pulumi.Output<string>;
}

/** Name of a member's volume in its pod. */
export const volumeName = "data";

/**
 * A pod that runs as Pod Security's "restricted" wants it and a bit more: without root, capabilities, a
 * writable root file system or a token for the cluster's API.
 */
export function podTemplate(
  context: ClusterContext,
  spec: WorkloadSpec,
  shape: PodShape,
): SpecifiedTemplate {
  const labels = podLabels(context, spec, shape);
  const pod = podSpec(context, spec, shape);
  const specification = fingerprint(
    pulumi.jsonStringify({ labels, pod, claim: shape.volume?.claim }),
  );
  const annotations = { [specificationAnnotation]: inTurn(specification, shape.turn) };
  return { template: { metadata: { labels, annotations }, spec: pod }, specification };
}

function podSpec(context: ClusterContext, spec: WorkloadSpec, shape: PodShape): PodSpec {
  const [uid = 1000, gid = uid] = (spec.user ?? "1000:1000").split(":").map(Number);
  const mounted = [...fileMounts(spec), scratchMounts(spec)];
  return {
    serviceAccountName: context.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    imagePullSecrets: context.pullSecret ? [{ name: context.pullSecret }] : [],
    priorityClassName: context.priorityClasses?.[shape.rank],
    terminationGracePeriodSeconds: (spec.stopGracePeriodSeconds ?? 30) + shape.drainSeconds,
    ...shape.placement,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: gid,
      fsGroup: gid,
      // A volume is given to the group once: a second time it would open what PostgreSQL closed.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        ...container(spec, shape),
        volumeMounts: [
          ...(shape.volume ? [{ name: volumeName, mountPath: shape.volume.path }] : []),
          ...mounted.flatMap(({ mounts }) => mounts),
        ],
      },
    ],
    volumes: mounted.flatMap(({ volumes }) => volumes),
  };
}

function container(spec: WorkloadSpec, shape: PodShape): Container {
  return {
    name: "main",
    image: spec.image,
    // A reference stands for one content, and what runs must not need the registry to run again.
    imagePullPolicy: "IfNotPresent",
    args: spec.command?.map(escapeDollar),
    env: environmentVariables(spec.environment ?? {}),
    ports: portsOf(spec).map((containerPort) => ({ containerPort, protocol: "TCP" })),
    ...probes(spec.healthCheck),
    lifecycle:
      shape.drainSeconds > 0 ? { preStop: { sleep: { seconds: shape.drainSeconds } } } : undefined,
    resources: resources(spec.resources),
    securityContext: {
      runAsNonRoot: true,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}

/** What it publishes, and what the kubelet asks it at. */
function portsOf({ ports = [], healthCheck: check }: WorkloadSpec): number[] {
  const all = [...ports.map(({ target }) => target), check?.ready?.port, check?.alive?.port];
  return [...new Set(all)].filter((port) => port !== undefined);
}

/** Of what reserves none: small, so that a store fits small nodes, where memory is what is short first. */
const fewCores = 0.025;

/** Where a workload has no limit of its own: nobody gets a whole node. */
const mostCores = 4;

/** Nothing but the log is on the node's disk, of which the kubelet keeps 50 MiB. */
const logSpace = "128Mi";

function resources(spec: ResourcesSpec): types.input.core.v1.ResourceRequirements {
  const { cpuReservation, memoryLimitMiB, memoryReservationMiB } = spec;
  const cpuLimit = spec.cpuLimit ?? Math.max(mostCores, cpuReservation ?? 0);
  const cores = (value: number) => `${Math.round(value * 1000)}m`;
  return {
    requests: {
      cpu: cores(cpuReservation ?? Math.min(fewCores, cpuLimit)),
      memory: `${Math.round(memoryReservationMiB ?? memoryLimitMiB / 4)}Mi`,
      "ephemeral-storage": logSpace,
    },
    limits: {
      cpu: cores(cpuLimit),
      memory: `${memoryLimitMiB}Mi`,
      "ephemeral-storage": logSpace,
    },
  };
}

/** A pod says which networks it is on; their policies decide whom it may talk to. */
function podLabels(context: ClusterContext, spec: WorkloadSpec, shape: PodShape) {
  return pulumi.all(spec.networks.map(({ id }) => id)).apply((networks) => ({
    ...labelsOf(context, shape.name),
    ...shape.labels,
    ...Object.fromEntries(networks.map((network) => [networkLabel(network), onNetwork])),
  }));
}
