import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type {
  AutoscalingSpec,
  ConfigFileMount,
  HealthCheckSpec,
  Network,
  PublishedPort,
  ScratchMount,
  SecretMount,
} from "../orchestrator/specs.ts";
import { autoscalingMistakes } from "./autoscaling.ts";

/** A stateless service of interchangeable replicas. */
export interface ReplicatedServiceArgs {
  orchestrator: Orchestrator;
  /** Image by digest: the `reference` of a {@link ServiceImage}. */
  image: pulumi.Input<string>;
  /** Networks that it talks on; on each it is known by the component's name. */
  networks: Network[];
  /** @default 2 */
  replicas?: number;
  /**
   * Bounds between which an {@link Autoscaler} lets the replicas follow their load; `replicas` is then
   * how many it begins with. @default always `replicas`
   */
  autoscaling?: AutoscalingSpec;
  /** At most so many replicas on one node. @default no limit, evenly spread over zones */
  maxReplicasPerNode?: number;
  /** Arguments after the image's entry point. @default those of the image */
  command?: string[];
  /** Never put a secret here: use `secrets`. @default none */
  environment?: Record<string, pulumi.Input<string>>;
  /** Files that only the container's own user can read. @default none */
  secrets?: SecretMount[];
  /** @default none */
  configFiles?: ConfigFileMount[];
  /** Writable folders in memory; everything else is read-only. @default none */
  scratch?: ScratchMount[];
  /** Ports of the node that lead to it; most services need none. @default none */
  ports?: PublishedPort[];
  /** Says whether a replica may take traffic; a roll-out waits for it. */
  healthCheck: HealthCheckSpec;
  /** Hard limit in cores. @default none */
  cpuLimit?: number;
  /**
   * What the scheduler sets aside, in cores; on Kubernetes also the weight among those that share a busy
   * processor. @default 0.025 on Kubernetes, nothing on Swarm
   */
  cpuReservation?: number;
  /** Hard limit in MiB. @default 256 */
  memoryLimitMiB?: number;
  /** What the scheduler sets aside, in MiB. @default a quarter of the limit */
  memoryReservationMiB?: number;
  /** `uid:gid` that it runs as. @default "1000:1000" */
  user?: string;
  /** How long a replica may drain after SIGTERM, in seconds. @default 30 */
  stopGracePeriodSeconds?: number;
  /**
   * What has to resolve before a change rolls out, as the `rollOutAfter` of a connection: a database that the
   * same run adds. A service that is new never waits for it. @default nothing
   */
  rollOutAfter?: pulumi.Output<unknown>;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

/**
 * N replicas, spread over the zones, without root, capabilities or a writable file system. A change
 * rolls through them one by one, new before old, and is taken back where a new one does not become
 * healthy: `up` then fails and says why.
 *
 * @throws pulumi.InputPropertiesError when an argument makes no sense.
 */
export class ReplicatedService extends pulumi.ComponentResource {
  /** Name that other workloads on its networks resolve. */
  readonly dnsName: string;
  /** Resolves once the roll-out gate has let it pass: pass it to `dependsOn`. */
  readonly ready: pulumi.Output<pulumi.Resource>;

  constructor(name: string, args: ReplicatedServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("ha-store:index:ReplicatedService", name, {}, opts);
    const {
      orchestrator,
      cpuLimit,
      cpuReservation,
      memoryLimitMiB = 256,
      memoryReservationMiB,
      ...rest
    } = args;
    const workload = orchestrator.replicatedService(
      name,
      {
        ...rest,
        replicas: args.replicas ?? 2,
        resources: { cpuLimit, cpuReservation, memoryLimitMiB, memoryReservationMiB },
      },
      { parent: this },
    );
    this.dnsName = workload.dnsName;
    this.ready = workload.ready;
    this.registerOutputs({ dnsName: this.dnsName });
  }
}

function validate(name: string, args: ReplicatedServiceArgs): void {
  const errors: pulumi.InputPropertyErrorDetails[] = [];
  const check = (propertyPath: string, wrong: boolean, reason: string) => {
    if (wrong) errors.push({ propertyPath, reason });
  };
  const atLeastOne = (value: number | undefined) =>
    value === undefined || (Number.isInteger(value) && value >= 1);
  check(
    "replicas",
    !atLeastOne(args.replicas),
    `is ${args.replicas}: a service has at least 1 replica; give a whole number from 1`,
  );
  check(
    "maxReplicasPerNode",
    !atLeastOne(args.maxReplicasPerNode),
    `is ${args.maxReplicasPerNode}: give a whole number from 1, or leave it out for no limit`,
  );
  for (const { property, reason } of args.autoscaling
    ? autoscalingMistakes(args.autoscaling)
    : []) {
    check(`autoscaling.${property}`, true, reason);
  }
  check(
    "healthCheck.command",
    args.healthCheck.command.length === 0,
    "is empty: give a command that exits with 0 when the replica may take traffic",
  );
  const { cpuLimit, cpuReservation } = args;
  const { memoryLimitMiB: limit = 256, memoryReservationMiB: reservation } = args;
  check(
    "memoryLimitMiB",
    !(Number.isInteger(limit) && limit >= 6),
    `is ${limit}: give a whole number from 6, the least that Docker takes`,
  );
  check(
    "memoryReservationMiB",
    reservation !== undefined && !(reservation >= 0 && reservation <= limit),
    `is ${reservation}: give a number from 0 to memoryLimitMiB (${limit})`,
  );
  check(
    "cpuLimit",
    cpuLimit !== undefined && !(Number.isFinite(cpuLimit) && cpuLimit > 0),
    `is ${cpuLimit}: give a number of cores above 0, or leave it out for no limit`,
  );
  check(
    "cpuReservation",
    cpuReservation !== undefined &&
      (!(Number.isFinite(cpuReservation) && cpuReservation > 0) ||
        (cpuLimit !== undefined && cpuReservation > cpuLimit)),
    `is ${cpuReservation}: give a number of cores above 0 and not above cpuLimit (${cpuLimit ?? "none"})`,
  );
  check(
    "user",
    args.user !== undefined && !/^\d+:\d+$/.test(args.user),
    `is "${args.user}": give numbers as "uid:gid", so that secret files can belong to it`,
  );
  if (errors.length > 0) {
    throw new pulumi.InputPropertiesError({
      message: `ReplicatedService "${name}" can't be made`,
      errors,
    });
  }
}
