import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "../fingerprint.ts";
import type {
  AutoscalingSpec,
  ConfigFileMount,
  HealthCheckSpec,
  ResourcesSpec,
  ScratchMount,
  SecretMount,
  WorkloadSpec,
} from "../specs.ts";
import { inTurn, type Turn } from "../turn.ts";
import { goDuration } from "./duration.ts";
import { healthWatch, longestWatch, watchRetries } from "./health-watch.ts";
import { autoscalingLabel, specificationLabel, stackLabel } from "./names.ts";

type TaskSpec = docker.types.input.ServiceTaskSpec;
type ContainerSpec = docker.types.input.ServiceTaskSpecContainerSpec;
type Mount = docker.types.input.ServiceTaskSpecContainerSpecMount;

/** What distinguishes one kind of workload from another, in Swarm's terms. */
export interface ServiceShape {
  /** Name of the service in the cluster. */
  serviceName: string;
  /** Name that other workloads resolve. */
  dnsName: string;
  /** Whether a container that is not found by that name counts as unhealthy. */
  found?: boolean;
  mode: docker.types.input.ServiceMode;
  /** Bounds between which the autoscaler sets the replicas of `mode`. */
  autoscaling?: AutoscalingSpec;
  /** `start-first` where two tasks can run side by side, `stop-first` where they cannot. */
  order: "start-first" | "stop-first";
  /** How many tasks are replaced at the same time. @default 1 */
  parallelism?: number;
  constraints: string[];
  /** Node labels that tasks are spread over. */
  spread: string[];
  maxReplicasPerNode?: number;
  volumes: Mount[];
}

/** What all services of one cluster share. */
export interface ClusterContext {
  prefix: string;
  platform: { os: string; architecture: string };
}

const mib = 1024 * 1024;

/**
 * A Swarm service, and a hash of all that it asks for, which it also has as a label. Blocks that
 * Docker fills in by itself are always given (placement, platforms, restart window): left out, they
 * come back as a diff at each preview.
 *
 * @param turn - Holds the label, and with it the service, back until it may change.
 */
export function serviceArgs(
  context: ClusterContext,
  spec: WorkloadSpec,
  shape: ServiceShape,
  turn?: Turn,
): { args: docker.ServiceArgs & { name: string }; specification: pulumi.Output<string> } {
  // Replicas may find out under traffic that their release is no good, and end: before the next ones
  // are replaced as well.
  const [delay, monitor] = shape.order === "start-first" ? ["10s", "10s"] : ["0s", "5s"];
  const roll = {
    parallelism: shape.parallelism ?? 1,
    monitor,
    maxFailureRatio: "0.0",
    order: shape.order,
  };
  const args = {
    name: shape.serviceName,
    mode: shape.mode,
    // Round-robin DNS and ports of the node: client addresses stay visible, the balancer does the
    // health checks, and nothing depends on IPVS.
    endpointSpec: {
      mode: "dnsrr",
      ports: (spec.ports ?? []).map((port) => ({
        protocol: "tcp",
        publishMode: "host",
        publishedPort: port.published,
        targetPort: port.target,
      })),
    },
    updateConfig: { ...roll, delay, failureAction: "rollback" },
    rollbackConfig: { ...roll, delay: "0s", failureAction: "pause" },
    taskSpec: taskSpec(context, spec, shape),
  };
  const { autoscaling } = shape;
  // How many replicas an autoscaled service has is not asked for; between which bounds is.
  const askedFor = autoscaling ? { ...args, mode: autoscaling } : args;
  const specification = fingerprint(pulumi.jsonStringify(askedFor));
  const labels = [
    { label: stackLabel, value: context.prefix },
    { label: specificationLabel, value: inTurn(specification, turn) },
    ...(autoscaling ? [{ label: autoscalingLabel, value: JSON.stringify(autoscaling) }] : []),
  ];
  return { args: { ...args, labels }, specification };
}

function taskSpec(context: ClusterContext, spec: WorkloadSpec, shape: ServiceShape): TaskSpec {
  return {
    containerSpec: containerSpec(context, spec, shape),
    resources: resources(spec.resources),
    restartPolicy: { condition: "any", delay: "1s", maxAttempts: 0, window: "0s" },
    placement: {
      constraints: shape.constraints,
      // The provider hands them on as they are: with `spread=` before it, as on the command line, Swarm
      // knows no such label and ignores it.
      prefs: shape.spread,
      maxReplicas: shape.maxReplicasPerNode ?? 0,
      platforms: [context.platform],
    },
    networksAdvanceds: spec.networks.map((network) => ({
      id: network.id,
      aliases: [shape.dnsName],
    })),
    logDriver: { name: "json-file", options: { "max-size": "10m", "max-file": "3" } },
    forceUpdate: 0,
    runtime: "container",
  };
}

function containerSpec(
  context: ClusterContext,
  spec: WorkloadSpec,
  shape: ServiceShape,
): ContainerSpec {
  const user = spec.user ?? "1000:1000";
  return {
    image: spec.image,
    args: spec.command,
    env: spec.environment ?? {},
    labels: [{ label: stackLabel, value: context.prefix }],
    user,
    readOnly: true,
    capDrops: ["ALL"],
    stopGracePeriod: goDuration(spec.stopGracePeriodSeconds ?? 30),
    healthcheck: healthCheck(spec.healthCheck, shape.found ? shape.dnsName : undefined),
    secrets: (spec.secrets ?? []).map((mount) => secretFile(mount, user)),
    configs: (spec.configFiles ?? []).map((mount) => configFile(mount, user)),
    mounts: [...shape.volumes, ...(spec.scratch ?? []).map(scratchMount)],
  };
}

function healthCheck(
  spec: HealthCheckSpec | undefined,
  name: string | undefined,
): ContainerSpec["healthcheck"] {
  if (!spec) return undefined;
  const { intervalSeconds = 5, timeoutSeconds = 5, retries = 5, startPeriodSeconds = 60 } = spec;
  const startPeriod = goDuration(startPeriodSeconds);
  if (spec.withoutShell) {
    const [interval, timeout] = [intervalSeconds, timeoutSeconds].map(goDuration);
    return { tests: ["CMD", ...spec.command], interval, timeout, retries, startPeriod };
  }
  return {
    tests: ["CMD", ...healthWatch(spec, name)],
    interval: goDuration(1),
    timeout: goDuration(longestWatch(spec)),
    retries: watchRetries(spec),
    startPeriod,
  };
}

function resources(spec: ResourcesSpec): TaskSpec["resources"] {
  return {
    limits: {
      memoryBytes: spec.memoryLimitMiB * mib,
      nanoCpus: Math.round((spec.cpuLimit ?? 0) * 1e9),
    },
    reservation: {
      memoryBytes: Math.round(spec.memoryReservationMiB ?? spec.memoryLimitMiB / 4) * mib,
      nanoCpus: spec.cpuReservation && Math.round(spec.cpuReservation * 1e9),
    },
  };
}

/** A file that only the container's own user can read. */
function secretFile({ secret, path }: SecretMount, user: string) {
  return { secretId: secret.id, secretName: secret.name, ...ownedFile(path, user, 0o400) };
}

function configFile({ configFile, path }: ConfigFileMount, user: string) {
  return { configId: configFile.id, configName: configFile.name, ...ownedFile(path, user, 0o444) };
}

function ownedFile(fileName: string, user: string, fileMode: number) {
  const [fileUid = "0", fileGid = "0"] = user.split(":");
  return { fileName, fileUid, fileGid, fileMode };
}

function scratchMount(mount: ScratchMount): Mount {
  return {
    type: "tmpfs",
    target: mount.path,
    tmpfsOptions: { sizeBytes: (mount.sizeMiB ?? 16) * mib, mode: 0o777 },
  };
}
