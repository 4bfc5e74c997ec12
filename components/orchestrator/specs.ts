import type * as pulumi from "@pulumi/pulumi";

/**
 * What a component needs, as plain data: no word of Docker or Kubernetes. An {@link Orchestrator}
 * renders these; a feature written against them works on every orchestrator.
 */

/** A network that workloads share. */
export interface NetworkSpec {
  /** Whether traffic between nodes is encrypted. */
  encrypted: boolean;
  /** Whether workloads on it are cut off from everything outside the cluster. */
  internal: boolean;
}

/** Content that only the workloads that mount it may read. */
export interface SecretSpec {
  content: pulumi.Input<string>;
}

/** A configuration file; everybody with access to the orchestrator may read it. */
export interface ConfigFileSpec {
  content: pulumi.Input<string>;
}

/** An image built from a folder. */
export interface ImageSpec {
  /** Folder with a `Dockerfile`: the build context. */
  context: string;
  /** Where the image is pushed to. Absent: it stays on the engine that built it. */
  registry?: ImageRegistrySpec;
}

/** A registry, and what has to be there before something can be pushed to it. */
export interface ImageRegistrySpec {
  /** `host:port`. */
  address: pulumi.Input<string>;
  /** Resolves when the registry serves. */
  ready: pulumi.Output<pulumi.Resource>;
}

/** A secret as a file in the container. */
export interface SecretMount {
  secret: Secret;
  /** Absolute path of the file. */
  path: string;
}

/** A configuration file in the container. */
export interface ConfigFileMount {
  configFile: ConfigFile;
  /** Absolute path of the file. */
  path: string;
}

/** A command run in the container that tells by its exit code whether it may take traffic. */
export interface HealthCheckSpec {
  /** The command and its arguments, not for a shell to read. */
  command: string[];
  /**
   * The image has no `sh`, `sleep` and `timeout`. On Swarm each check is then started from outside,
   * which costs the node more. @default false
   */
  withoutShell?: boolean;
  /** @default 5 */
  intervalSeconds?: number;
  /** Generous: a busy machine is no reason to restart what serves. @default 5 */
  timeoutSeconds?: number;
  /** Failures in a row that make it unhealthy. @default 5 */
  retries?: number;
  /** How long failures do not count after the start. @default 60 */
  startPeriodSeconds?: number;
  /**
   * The same question to a container that has started, for orchestrators that can ask it themselves: a
   * command costs the node a process each time. Swarm can't. @default the command is asked
   */
  ready?: PortCheckSpec;
  /**
   * Tells whether a restart would help, for orchestrators that ask that apart; Swarm does not. It must
   * not depend on anything but the container itself. @default nobody asks
   */
  alive?: PortCheckSpec;
}

/** A port says yes while it takes connections, or answers a GET of a path. */
export interface PortCheckSpec {
  port: number;
  /** Has to be answered with a status below 400. @default a connection is enough */
  path?: string;
}

/** What a container may use. */
export interface ResourcesSpec {
  /** Hard limit, in cores. */
  cpuLimit?: number;
  /**
   * What the scheduler sets aside, in cores; on Kubernetes also the weight among those that share a busy
   * processor. @default 0.025 on Kubernetes, nothing on Swarm
   */
  cpuReservation?: number;
  /** Hard limit, in MiB. */
  memoryLimitMiB: number;
  /** What the scheduler sets aside, in MiB. @default a quarter of the limit */
  memoryReservationMiB?: number;
}

/** A port of the node that leads to the container. */
export interface PublishedPort {
  /** Port in the container. */
  target: number;
  /** Port on every node that runs the workload. */
  published: number;
  /**
   * Given where plain HTTP is spoken, so that a proxy which the cluster has may pass it on by host name.
   * @default none may
   */
  http?: {
    /** Of the names that the cluster is known by. @default those themselves */ subdomain?: string;
  };
}

/** What all kinds of workload have in common. */
export interface WorkloadSpec {
  image: pulumi.Input<string>;
  networks: Network[];
  /** Arguments after the image's entry point. */
  command?: string[];
  environment?: Record<string, pulumi.Input<string>>;
  secrets?: SecretMount[];
  configFiles?: ConfigFileMount[];
  /** Folders in memory, for what has to be writable: the root file system is read-only. */
  scratch?: ScratchMount[];
  healthCheck?: HealthCheckSpec;
  resources: ResourcesSpec;
  ports?: PublishedPort[];
  /** `uid:gid` that the container runs as. Root is never the default. @default "1000:1000" */
  user?: string;
  /** How long the container may drain after SIGTERM. @default 30 */
  stopGracePeriodSeconds?: number;
  /** How long a roll-out may take until it counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

/** A folder in memory. */
export interface ScratchMount {
  path: string;
  /** @default 16 */
  sizeMiB?: number;
}

/** N interchangeable replicas. */
export interface ReplicatedServiceSpec extends WorkloadSpec {
  /** With `autoscaling`, how many it begins with; it is never given that number again. */
  replicas: number;
  /** At most so many replicas on one node, so that one node's loss never takes all. */
  maxReplicasPerNode?: number;
  /** Lets the number of replicas follow their load. @default as many as `replicas` says */
  autoscaling?: AutoscalingSpec;
  /** What has to resolve before a change rolls out; a service that is new never waits for it. @default nothing */
  rollOutAfter?: pulumi.Output<unknown>;
  /**
   * Path at which the orchestrator's own API answers in the container, which then runs on a node that
   * has it. Whoever reaches it rules the whole cluster: only for what stands between it and others.
   * @default none
   */
  orchestratorSocket?: string;
}

/**
 * How replicas follow their load, in the words of Kubernetes' HorizontalPodAutoscaler. Of two targets
 * the one that asks for more replicas counts.
 */
export interface AutoscalingSpec extends AutoscalingBounds {
  /**
   * Where each replica tells of both in Prometheus' text format: as `http_requests_total` and
   * `process_cpu_seconds_total`.
   */
  metricsPort: number;
}

/** Between how many replicas, and how much each of them should have to do. */
export interface AutoscalingBounds {
  minReplicas: number;
  maxReplicas: number;
  /** Requests that each replica should answer in a second. @default not a target */
  requestsPerSecond?: number;
  /** Processor time that each replica should use, in cores. @default not a target */
  cpuCores?: number;
  /** For how many seconds fewer replicas have to be enough before one is taken away. @default 300 */
  stabilizationWindowSeconds?: number;
}

/** One container on each node. */
export interface DaemonSpec extends WorkloadSpec {}

/** Members with stable names, and volumes of their own where they keep something. */
export interface StatefulSetSpec extends WorkloadSpec {
  members: StatefulMember[];
  /** Where the member's volume is mounted. @default no volume: a member starts empty every time */
  volumePath?: string;
}

/** One member of a stateful set. */
export interface StatefulMember {
  /** DNS name of the member. */
  name: string;
  /** The zone it is bound to. Absent: wherever the orchestrator puts it first. */
  zone?: string;
  /** What this member is told besides the set's environment, such as its own name. */
  environment?: Record<string, pulumi.Input<string>>;
}

/** A network that exists. */
export interface Network {
  readonly id: pulumi.Output<string>;
}

/** A secret that exists. */
export interface Secret {
  readonly id: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
}

/** A configuration file that exists. */
export interface ConfigFile {
  readonly id: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
}

/** An image that exists. */
export interface Image {
  /** How workloads refer to it: `name@sha256:…`, or a content-addressed tag where not pushed. */
  readonly reference: pulumi.Output<string>;
}

/** A workload. What depends on `ready` waits until it serves. */
export interface Workload {
  /** Name that other workloads on the same network resolve. */
  readonly dnsName: string;
  /** Resolves, to what was made, once the roll-out gate has let it pass. */
  readonly ready: pulumi.Output<pulumi.Resource>;
}

/** A member of a stateful set. */
export interface Member extends Workload {
  /** Resolves when it serves, if it was not there before; at once, whatever its state, if it was. */
  readonly startedUp: pulumi.Output<unknown>;
}
