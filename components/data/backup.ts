import * as pulumi from "@pulumi/pulumi";
import type { ScrapeTarget } from "../observability/scrape-target.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network, Secret, SecretMount } from "../orchestrator/specs.ts";
import { certificateFile, generatedCertificate } from "../security/generated-certificate.ts";
import { GeneratedSecret } from "../security/generated-secret.ts";
import {
  defaultBackupSchedule,
  isScheduleEntry,
  parseSchedule,
  scheduleMistake,
} from "./backup-schedule.ts";
import type { DataConnection } from "./connection.ts";
import { memberNames, membersInZones } from "./members.ts";

/** A bucket that speaks S3, by HTTPS. */
export interface BackupBucket {
  bucket: string;
  /** Host, with `:port` where it is not 443. */
  endpoint: string;
  region: string;
  keyId: pulumi.Input<string>;
  keySecret: pulumi.Input<string>;
  /** Folder in the bucket. @default "/" */
  path?: string;
  /** Whether the bucket's name is part of the host's name. @default "host" */
  uriStyle?: "host" | "path";
}

/** A database cluster to be backed up. */
export interface BackedUpCluster {
  /** Name of its `PostgresCluster`. */
  name: string;
  /** How many members it has. @default one for each zone, at most 3 */
  members?: number;
}

/** Backups of database clusters. */
export interface BackupArgs {
  orchestrator: Orchestrator;
  /** PostgreSQL image (with pgBackRest) by digest: the one that the clusters have. */
  image: pulumi.Input<string>;
  /** Those of the clusters; with `s3`, also one that leads to the bucket. */
  networks: Network[];
  clusters: BackedUpCluster[];
  /**
   * When: a kind (`full`, `diff`, `incr`) and a cron expression in UTC, each kind once. The first
   * backup of a cluster, and one that was missed, are taken at once.
   * @default ["full 0 1 * * 0", "diff 0 1 * * 1-6", "incr 0 * * * *"]
   */
  schedule?: string[];
  /** How many full backups are kept, with what restores to any time since the oldest. @default 2 */
  retention?: number;
  /** Where backups go instead of a volume. @default a volume */
  s3?: BackupBucket;
  /** The zone of the volume, best not the one of a primary. @default the last zone */
  zone?: string;
  /**
   * How much a cluster may keep on its disks while the repository can't be reached, in MiB. Beyond
   * that, changes are not archived, and times until the next backup can't be restored.
   * @default 1024
   */
  queueMiB?: number;
  /** Hard limit in MiB. @default 512 */
  memoryLimitMiB?: number;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

const secretsFolder = "/run/secrets";
const metricsPort = 8433;

/**
 * The repository of a store's backups (pgBackRest): takes backups by schedule and keeps all changes
 * since the oldest, so that a cluster can be restored to any time since then. Everything in it is
 * encrypted; clusters and repository know each other by certificates, and a cluster can read nothing
 * of another. Give it to clusters as `backup: backup.target(name)`.
 *
 * @throws pulumi.InputPropertyError when the schedule can't be understood, no full backup is kept, or
 * there is no cluster.
 */
export class Backup extends pulumi.ComponentResource {
  /** Resolves once the repository serves. */
  readonly ready: pulumi.Output<pulumi.Resource>;
  /** What of it speaks Prometheus. */
  readonly scrapeTargets: ScrapeTarget[];
  private readonly host: string;
  private readonly queueMiB: number;
  private readonly authority: Secret;
  private readonly clients: Map<string, Secret>;

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments(args);
    super("ha-store:index:Backup", name, {}, opts);
    const { orchestrator } = args;
    const { zones } = orchestrator;
    const parent = { parent: this };
    const secret = (part: string, content: pulumi.Input<string>) =>
      orchestrator.secret(`${name}-${part}`, { content }, parent);
    const own = generatedCertificate(`${name}-key`, [name], this);
    this.authority = secret("ca", own.certificate);
    const clients = args.clusters.map((cluster) => ({
      cluster: cluster.name,
      made: generatedCertificate(
        `${name}-${cluster.name}-key`,
        [cluster.name, ...memberNames(cluster.name)],
        this,
      ),
    }));
    this.clients = new Map(
      clients.map(({ cluster, made }) => [cluster, secret(cluster, certificateFile(made))]),
    );
    this.host = name;
    this.queueMiB = args.queueMiB ?? 1024;

    const cipher = new GeneratedSecret(`${name}-cipher`, { orchestrator, length: 64 }, parent);
    const secrets: SecretMount[] = [
      mount(secret("host", certificateFile(own)), "backup.pem"),
      mount(
        secret(
          "clients",
          pulumi.all(clients.map(({ made }) => made.certificate)).apply((all) => all.join("\n")),
        ),
        "backup-clients.pem",
      ),
      mount(cipher.secret, "backup-cipher"),
    ];
    const environment: Record<string, string> = {
      BACKUP_CLUSTERS: JSON.stringify(membersOf(args.clusters, zones)),
      BACKUP_SCHEDULE: JSON.stringify(parseSchedule(args.schedule ?? defaultBackupSchedule)),
      BACKUP_RETENTION: String(args.retention ?? 2),
    };
    if (args.s3) {
      const { keyId, keySecret, ...bucket } = args.s3;
      environment.BACKUP_S3 = JSON.stringify(bucket);
      secrets.push(mount(secret("s3-key", keyId), "backup-s3-key"));
      secrets.push(mount(secret("s3-key-secret", keySecret), "backup-s3-key-secret"));
    }
    const members = [{ name, zone: args.zone ?? zones.at(-1) }];
    const [workload] = orchestrator.statefulSet(
      name,
      {
        image: args.image,
        networks: args.networks,
        command: ["backup-host"],
        members,
        // With a bucket, too: backups on command and by schedule exclude each other there.
        volumePath: "/var/lib/pgbackrest",
        environment,
        secrets,
        scratch: [{ path: "/run/database" }, { path: "/tmp" }],
        healthCheck: { command: ["pgbackrest", "server-ping"], alive: { port: metricsPort } },
        resources: { memoryLimitMiB: args.memoryLimitMiB ?? 512, memoryReservationMiB: 64 },
        user: "999:999",
        rolloutTimeoutSeconds: args.rolloutTimeoutSeconds,
      },
      parent,
    );
    if (!workload) throw new Error(`${name} has one member, but the orchestrator made none`);
    this.scrapeTargets = [{ job: "backup", service: name, port: metricsPort, members }];
    this.ready = workload.ready;
    this.registerOutputs({ host: this.host });
  }

  /** What a cluster needs to be backed up. */
  target(cluster: string): DataConnection {
    const client = this.clients.get(cluster);
    if (!client) {
      throw new Error(
        `${this.host} knows no cluster "${cluster}": its clusters are ${[...this.clients.keys()].join(", ")}`,
      );
    }
    return {
      environment: { BACKUP_HOST: this.host, BACKUP_QUEUE_MIB: String(this.queueMiB) },
      secrets: [mount(client, "backup-client.pem"), mount(this.authority, "backup-ca.pem")],
    };
  }
}

function mount(secret: Secret, file: string): SecretMount {
  return { secret, path: `${secretsFolder}/${file}` };
}

function membersOf(clusters: BackedUpCluster[], zones: readonly string[]) {
  return Object.fromEntries(
    clusters.map(({ name, members }) => [
      name,
      membersInZones(name, zones, members).map((member) => member.name),
    ]),
  );
}

function checkArguments({ clusters, schedule = defaultBackupSchedule, retention }: BackupArgs) {
  const refuse = (propertyPath: string, reason: string) => {
    throw new pulumi.InputPropertyError({ propertyPath, reason });
  };
  if (clusters.length === 0) refuse("clusters", "is empty: give at least one");
  const wrong = schedule.find((entry) => !isScheduleEntry(entry));
  if (wrong !== undefined) {
    refuse(
      "schedule",
      `has "${wrong}": write a kind and a cron expression, as in "full 0 1 * * 0"`,
    );
  }
  const mistake = scheduleMistake(schedule);
  if (mistake !== undefined) refuse("schedule", mistake);
  if (retention !== undefined && !(Number.isInteger(retention) && retention > 0)) {
    refuse("retention", `is ${retention}: give how many full backups are kept, 1 or more`);
  }
}
