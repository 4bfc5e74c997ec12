import * as pulumi from "@pulumi/pulumi";
import type { ScrapeTarget } from "../observability/scrape-target.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network, Secret } from "../orchestrator/specs.ts";
import { certificateFile, generatedCertificate } from "../security/generated-certificate.ts";
import { GeneratedSecret } from "../security/generated-secret.ts";
import { checkVersions } from "../security/secret-versions.ts";
import type { DataConnection } from "./connection.ts";
import {
  type DatabaseLogin,
  databaseLogins,
  generatedLogins,
  passwordFile,
} from "./database-logins.ts";
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
  /** Names of its databases; each is owned by a role of the same name. */
  databases: string[];
  /**
   * Versions of the databases' passwords that are accepted, each of a login of its own; the first is the
   * one that `connection()` hands out.
   * @default ["1"]
   */
  versions?: string[];
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
 * checksums; everybody talks TLS and signs in by SCRAM; each service has a login that may do what the
 * owner of its database may, and nothing else.
 *
 * @throws pulumi.InputPropertyError when a database has a name that PostgreSQL or DNS can't take,
 * `versions` has none, more than two or one twice, there are more members than zones, a single member
 * would have to wait for a standby for ever, or a restored cluster is to have backups of its own.
 */
export class PostgresCluster extends pulumi.ComponentResource {
  /** Name by which clients find the primary, whichever it is. */
  readonly host: string;
  readonly port = routerPorts.primary;
  /** Port of the same name that leads to standbys. */
  readonly standbyPort = routerPorts.standbys;
  /** Resolves once every member serves, and the logins are there. */
  readonly ready: pulumi.Output<pulumi.Resource[]>;
  /** What of it speaks Prometheus. */
  readonly scrapeTargets: ScrapeTarget[];
  /** Of each database, by its name. */
  private readonly logins: Map<string, [DatabaseLogin, ...DatabaseLogin[]]>;
  private readonly authority: Secret;
  private readonly startedUp: pulumi.Output<unknown>;

  constructor(name: string, args: PostgresClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    checkDatabases(args.databases);
    checkVersions("versions", args.versions);
    const { orchestrator, rolloutTimeoutSeconds, versions } = args;
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
    this.logins = new Map(
      args.databases.map((database) => [
        database,
        generatedLogins(name, database, { orchestrator, versions }, this),
      ]),
    );
    const admin = password("login-admin");
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
          passwordFile("login-admin", admin),
        ],
        scratch: [{ path: "/run/database" }, { path: "/tmp", sizeMiB: 64 }],
        // The first copy of a big database takes long; after that it is Patroni's health that counts.
        // Often, because the routers find a member again only when it was seen to be healthy.
        healthCheck: {
          command: ["healthcheck"],
          intervalSeconds: 2,
          startPeriodSeconds: 3600,
          retries: 30,
          ready: { port: patroniPort, path: "/readiness" },
          alive: { port: patroniPort, path: "/liveness" },
        },
        resources: { memoryLimitMiB },
        user: "999:999",
        stopGracePeriodSeconds: 60,
        rolloutTimeoutSeconds,
      },
      parent,
    );
    const around = {
      orchestrator,
      networks: args.networks,
      members: members.map((member) => member.name),
      rolloutTimeoutSeconds,
    };
    const router = databaseRouter(name, { ...around, image: args.routerImage }, this);
    const logins = databaseLogins(
      name,
      {
        ...around,
        image: args.image,
        logins: [...this.logins.values()].flat(),
        admin,
        authority: this.authority,
      },
      this,
    );
    this.host = router.dnsName;
    this.startedUp = logins.startedUp;
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
    this.ready = pulumi.all([...workloads, router, logins].map((workload) => workload.ready));
    this.registerOutputs({ host: this.host, port: this.port, standbyPort: this.standbyPort });
  }

  /** What a service needs to reach one of the databases, with all that its owner may. */
  connection(database: string): DataConnection {
    const [login] = this.logins.get(database) ?? [];
    if (!login) {
      throw new Error(
        `there is no database "${database}" on ${this.host}: its databases are ${[...this.logins.keys()].join(", ")}`,
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
        DATABASE_USER: login.role,
        DATABASE_PASSWORD_FILE: passwordPath,
        DATABASE_CA_FILE: authorityPath,
      },
      secrets: [
        { secret: login.password.secret, path: passwordPath },
        { secret: this.authority, path: authorityPath },
      ],
      rollOutAfter: this.startedUp,
    };
  }
}

function sourceConnection({ cluster, time, backup }: PostgresBackupSource): DataConnection {
  const environment = { ...backup.environment, RESTORED_FROM: cluster, RESTORED_TO: time };
  return { ...backup, environment };
}

const reserved = ["postgres", "replicator", "rewind", "replication", "rest-api", "login_admin"];

function checkDatabases(databases: string[]): void {
  const wrong = databases.find(
    (database, index) =>
      // A version more, and it is the name of a login, at most 63 characters long. One that ends like
      // that could be another database's login.
      !/^[a-z][a-z0-9_]{0,55}(?<!_\d+)$/.test(database) ||
      reserved.includes(database) ||
      databases.indexOf(database) !== index,
  );
  if (wrong === undefined && databases.length > 0) return;
  throw new pulumi.InputPropertyError({
    propertyPath: "databases",
    reason: `has "${wrong ?? ""}": give at least one name of at most 56 lower-case letters, digits and _, each once, without a number after the last _, and none of ${reserved.join(", ")}`,
  });
}
