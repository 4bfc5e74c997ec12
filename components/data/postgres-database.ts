import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network, SecretMount } from "../orchestrator/specs.ts";
import { GeneratedSecret } from "../security/generated-secret.ts";

/** A PostgreSQL server and the databases on it. */
export interface PostgresDatabaseArgs {
  orchestrator: Orchestrator;
  /** PostgreSQL image by digest. */
  image: pulumi.Input<string>;
  networks: Network[];
  /** Names of its databases; each is owned by a role of the same name with a generated password. */
  databases: string[];
  /** Zone that keeps its volume. @default any manager */
  zone?: string;
  /** PostgreSQL parameters, as in `postgresql.conf`. @default sized after the memory limit */
  parameters?: Record<string, string | number | boolean>;
  /** Hard limit in MiB. @default 512 */
  memoryLimitMiB?: number;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

/** How a service reaches its database: environment variables, and the password as a file. */
export interface DatabaseConnection {
  environment: Record<string, pulumi.Input<string>>;
  secrets: SecretMount[];
}

const port = 5432;

/**
 * PostgreSQL with a volume of its own, data checksums, passwords by SCRAM, and for each service a
 * role that owns its database and nothing else.
 *
 * @throws pulumi.InputPropertyError when a database has a name that PostgreSQL or DNS can't take.
 */
export class PostgresDatabase extends pulumi.ComponentResource {
  /** Name that workloads on its networks resolve. */
  readonly host: string;
  readonly port = port;
  /** Resolves once it takes connections. */
  readonly ready: pulumi.Output<pulumi.Resource>;
  private readonly passwords: Map<string, GeneratedSecret>;

  constructor(name: string, args: PostgresDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    const wrong = args.databases.find(
      (database, index) =>
        !/^[a-z][a-z0-9_]{0,62}$/.test(database) || args.databases.indexOf(database) !== index,
    );
    if (wrong !== undefined || args.databases.length === 0) {
      throw new pulumi.InputPropertyError({
        propertyPath: "databases",
        reason: `has "${wrong ?? ""}": give at least one name of lower-case letters, digits and _, each once`,
      });
    }
    super("ha-store:index:PostgresDatabase", name, {}, opts);
    const { orchestrator } = args;
    this.passwords = new Map(
      args.databases.map((database) => [
        database,
        new GeneratedSecret(`${name}-${database}-password`, { orchestrator }, { parent: this }),
      ]),
    );
    const memoryLimitMiB = args.memoryLimitMiB ?? 512;
    const [member] = orchestrator.statefulSet(
      name,
      {
        image: args.image,
        networks: args.networks,
        members: [{ name, zone: args.zone }],
        volumePath: "/var/lib/postgresql/data",
        environment: { DATABASES: args.databases.join(" ") },
        secrets: [...this.passwords].map(([database, { secret }]) => ({
          secret,
          path: `/run/secrets/${database}-password`,
        })),
        command: parameterArguments({ ...sizedFor(memoryLimitMiB), ...args.parameters }),
        scratch: [{ path: "/run/database" }, { path: "/tmp", sizeMiB: 64 }],
        healthCheck: { command: ["healthcheck"], startPeriodSeconds: 120 },
        resources: { memoryLimitMiB },
        user: "999:999",
        stopGracePeriodSeconds: 60,
        rolloutTimeoutSeconds: args.rolloutTimeoutSeconds,
      },
      { parent: this },
    );
    if (!member) throw new Error("an orchestrator makes one workload for each member");
    this.host = member.dnsName;
    this.ready = member.ready;
    this.registerOutputs({ host: this.host, port });
  }

  /** What a service needs to reach one of the databases, as the role that owns it. */
  connection(database: string): DatabaseConnection {
    const password = this.passwords.get(database);
    if (!password) {
      throw new Error(
        `there is no database "${database}" on ${this.host}: its databases are ${[...this.passwords.keys()].join(", ")}`,
      );
    }
    const path = "/run/secrets/database-password";
    return {
      environment: {
        DATABASE_HOST: this.host,
        DATABASE_PORT: String(port),
        DATABASE_NAME: database,
        DATABASE_USER: database,
        DATABASE_PASSWORD_FILE: path,
      },
      secrets: [{ secret: password.secret, path }],
    };
  }
}

/** The usual proportions: a quarter for shared buffers, three quarters counted as cached. */
function sizedFor(memoryMiB: number): Record<string, string> {
  return {
    shared_buffers: `${Math.floor(memoryMiB / 4)}MB`,
    effective_cache_size: `${Math.floor((memoryMiB * 3) / 4)}MB`,
    max_connections: "200",
    log_checkpoints: "off",
    tcp_keepalives_idle: "5",
    tcp_keepalives_interval: "2",
    tcp_keepalives_count: "3",
  };
}

function parameterArguments(parameters: Record<string, string | number | boolean>): string[] {
  return Object.entries(parameters).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
}
