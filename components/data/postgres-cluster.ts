import * as pulumi from "@pulumi/pulumi";
import type { ScrapeTarget } from "../observability/scrape-target.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network, Secret, SecretMount } from "../orchestrator/specs.ts";
import { certificateFile, generatedCertificate } from "../security/generated-certificate.ts";
import { GeneratedSecret } from "../security/generated-secret.ts";
import type { DataConnection } from "./connection.ts";
import { databaseRouter, routerTarget } from "./database-router.ts";
import { routerPorts } from "./database-router-config.ts";
import type { EtcdCluster } from "./etcd-cluster.ts";
import { memberNames, membersInZones } from "./members.ts";
import {
  archiveParameters,
  type PostgresParameters,
  patroniConfiguration,
  type Replication,
} from "./patroni-configuration.ts";

/** Another cluster at a moment of the past. */
export interface PostgresBackupSource {
  cluster: string;
  /** ISO 8601 in UTC, as in `2026-11-24T22:00:00Z`. */
  time: string;
  /** The `target` that a `Backup` has for the other cluster. */
  backup: DataConnection;
}

/** A highly available PostgreSQL cluster and the databases on it. */
export interface PostgresClusterArgs {
  orchestrator: Orchestrator;
  /** PostgreSQL image (with Patroni) by digest. */
  image: pulumi.Input<string>;
  /** HAProxy image by digest. */
  routerImage: pulumi.Input<string>;
  /** Where the members elect their primary. */
  etcd: EtcdCluster;
  networks: Network[];
  /** Names of its databases; each is owned by a role of the same name with a generated password. */
  databases: string[];
  /** How many members, each in a zone of its own. @default one for each zone, at most 3 */
  members?: number;
  /** When a commit is acknowledged. @default "synchronous" */
  replication?: Replication;
  /** PostgreSQL parameters, as in `postgresql.conf`. @default sized after the memory limit */
  parameters?: PostgresParameters;
  /** Hard limit of each member in MiB. @default 512 */
  memoryLimitMiB?: number;
  /** Where its backups are kept: the `target` that a `Backup` has for it. @default no backups */
  backup?: DataConnection;
  /** Its first data, from another cluster's backups instead of empty. It has no backups of its own. */
  restoredFrom?: PostgresBackupSource;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

/** Of Patroni's REST API. */
const patroniPort = 8008;

/**
 * PostgreSQL 17 under Patroni: one primary, standbys that take over within seconds, and a router in
 * each zone that leads clients to whichever is which. Members have volumes of their own with data
 * checksums; everybody talks TLS and signs in by SCRAM; each service has a role that owns its
 * database and nothing else.
 *
 * @throws pulumi.InputPropertyError when a database has a name that PostgreSQL or DNS can't take, there
 * are more members than zones, a single member would have to wait for a standby for ever, or a restored
 * cluster is to have backups of its own.
 */
export class PostgresCluster extends pulumi.ComponentResource {
  /** Name by which clients find the primary, whichever it is. */
  readonly host: string;
  readonly port = routerPorts.primary;
  /** Port of the same name that leads to standbys. */
  readonly standbyPort = routerPorts.standbys;
  /** Resolves once every member serves. */
  readonly ready: pulumi.Output<pulumi.Resource[]>;
  /** What of it speaks Prometheus. */
  readonly scrapeTargets: ScrapeTarget[];
  private readonly passwords: Map<string, GeneratedSecret>;
  private readonly authority: Secret;

  constructor(name: string, args: PostgresClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    checkDatabases(args.databases);
    const { orchestrator, rolloutTimeoutSeconds } = args;
    const members = membersInZones(name, orchestrator.zones, args.members);
    if (args.replication === "strict" && members.length === 1) {
      throw new pulumi.InputPropertyError({
        propertyPath: "replication",
        reason: `is "strict", but ${name} has 1 member, so every write would wait for a standby for ever; give "synchronous", or zones for more members`,
      });
    }
    if (args.restoredFrom && args.backup) {
      throw new pulumi.InputPropertyError({
        propertyPath: "backup",
        reason: `is given, but ${name} is restored from ${args.restoredFrom.cluster}: leave out one of backup and restoredFrom`,
      });
    }
    super("ha-store:index:PostgresCluster", name, {}, opts);
    const parent = { parent: this };
    const password = (owner: string) =>
      new GeneratedSecret(`${name}-${owner}-password`, { orchestrator }, parent);
    this.passwords = new Map(args.databases.map((database) => [database, password(database)]));
    const server = generatedCertificate(`${name}-key`, [name, ...memberNames(name)], this);
    this.authority = orchestrator.secret(`${name}-ca`, { content: server.certificate }, parent);
    const pair = orchestrator.secret(
      `${name}-server`,
      { content: certificateFile(server) },
      parent,
    );
    const memoryLimitMiB = args.memoryLimitMiB ?? 512;
    const etcd = args.etcd.connection();
    const backup = args.restoredFrom ? sourceConnection(args.restoredFrom) : args.backup;
    const workloads = orchestrator.statefulSet(
      name,
      {
        image: args.image,
        networks: args.networks,
        members: members.map((member) => ({ ...member, environment: { MEMBER: member.name } })),
        volumePath: "/var/lib/postgresql/data",
        environment: {
          ...etcd.environment,
          ...backup?.environment,
          CLUSTER: name,
          DATABASES: args.databases.join(" "),
          CLUSTER_CONFIGURATION: JSON.stringify(
            patroniConfiguration(args.replication ?? "synchronous", memoryLimitMiB, {
              ...archiveParameters(args.backup && name),
              ...args.parameters,
            }),
          ),
        },
        secrets: [
          ...etcd.secrets,
          ...(backup?.secrets ?? []),
          { secret: pair, path: "/run/secrets/server.pem" },
          ...["replication", "rewind", "rest-api"].map((owner) =>
            passwordFile(owner, password(owner)),
          ),
          ...[...this.passwords].map(([database, made]) => passwordFile(database, made)),
        ],
        scratch: [{ path: "/run/database" }, { path: "/tmp", sizeMiB: 64 }],
        // The first copy of a big database takes long; after that it is Patroni's health that counts.
        // Often, because the routers find a member again only when it was seen to be healthy.
        healthCheck: {
          command: ["healthcheck"],
          intervalSeconds: 2,
          startPeriodSeconds: 3600,
          retries: 30,
          alive: { port: patroniPort, path: "/liveness" },
        },
        resources: { memoryLimitMiB },
        user: "999:999",
        stopGracePeriodSeconds: 60,
        rolloutTimeoutSeconds,
      },
      parent,
    );
    const router = databaseRouter(
      name,
      {
        orchestrator,
        image: args.routerImage,
        networks: args.networks,
        members: members.map((member) => member.name),
        rolloutTimeoutSeconds,
      },
      this,
    );
    this.host = router.dnsName;
    this.scrapeTargets = [
      {
        job: "database",
        service: name,
        port: patroniPort,
        members,
        synchronous: args.replication !== "asynchronous" && members.length > 1,
      },
      routerTarget(name, orchestrator),
    ];
    this.ready = pulumi.all([...workloads, router].map((workload) => workload.ready));
    this.registerOutputs({ host: this.host, port: this.port, standbyPort: this.standbyPort });
  }

  /** What a service needs to reach one of the databases, as the role that owns it. */
  connection(database: string): DataConnection {
    const password = this.passwords.get(database);
    if (!password) {
      throw new Error(
        `there is no database "${database}" on ${this.host}: its databases are ${[...this.passwords.keys()].join(", ")}`,
      );
    }
    const passwordPath = "/run/secrets/database-password";
    const authorityPath = "/run/secrets/database-ca.pem";
    return {
      environment: {
        DATABASE_HOST: this.host,
        DATABASE_PORT: String(this.port),
        DATABASE_STANDBY_PORT: String(this.standbyPort),
        DATABASE_NAME: database,
        DATABASE_USER: database,
        DATABASE_PASSWORD_FILE: passwordPath,
        DATABASE_CA_FILE: authorityPath,
      },
      secrets: [
        { secret: password.secret, path: passwordPath },
        { secret: this.authority, path: authorityPath },
      ],
    };
  }
}

function sourceConnection({ cluster, time, backup }: PostgresBackupSource): DataConnection {
  const environment = { ...backup.environment, RESTORED_FROM: cluster, RESTORED_TO: time };
  return { ...backup, environment };
}

function passwordFile(owner: string, password: GeneratedSecret): SecretMount {
  return { secret: password.secret, path: `/run/secrets/${owner}-password` };
}

const reserved = ["postgres", "replicator", "rewind", "replication", "rest-api"];

function checkDatabases(databases: string[]): void {
  const wrong = databases.find(
    (database, index) =>
      !/^[a-z][a-z0-9_]{0,62}$/.test(database) ||
      reserved.includes(database) ||
      databases.indexOf(database) !== index,
  );
  if (wrong === undefined && databases.length > 0) return;
  throw new pulumi.InputPropertyError({
    propertyPath: "databases",
    reason: `has "${wrong ?? ""}": give at least one name of lower-case letters, digits and _, each once, and none of ${reserved.join(", ")}`,
  });
}
