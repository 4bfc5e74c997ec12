import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network } from "../orchestrator/specs.ts";
import { GeneratedSecret } from "../security/generated-secret.ts";
import type { DatabaseConnection } from "./postgres-database.ts";

/** A cache that may be lost at any time. */
export interface CacheArgs {
  orchestrator: Orchestrator;
  /** Valkey image by digest. */
  image: pulumi.Input<string>;
  networks: Network[];
  /** How much it may hold, in MiB; the container gets half as much again. @default 64 */
  maxMemoryMiB?: number;
  /** What goes when it is full. @default "allkeys-lru" */
  maxMemoryPolicy?: "allkeys-lru" | "allkeys-lfu" | "volatile-lru" | "volatile-ttl";
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

const port = 6379;

/** Valkey with a generated password and nothing on disk. Its loss costs speed, never data. */
export class Cache extends pulumi.ComponentResource {
  /** Name that workloads on its networks resolve. */
  readonly host: string;
  readonly port = port;
  /** Resolves once it answers. */
  readonly ready: pulumi.Output<pulumi.Resource>;
  private readonly password: GeneratedSecret;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ha-store:index:Cache", name, {}, opts);
    const { orchestrator } = args;
    const maxMemory = args.maxMemoryMiB ?? 64;
    this.password = new GeneratedSecret(`${name}-password`, { orchestrator }, { parent: this });
    const users = orchestrator.secret(
      `${name}-users`,
      { content: pulumi.interpolate`user default on >${this.password.value} ~* &* +@all\n` },
      { parent: this },
    );
    const workload = orchestrator.replicatedService(
      name,
      {
        image: args.image,
        networks: args.networks,
        replicas: 1,
        command: [
          ["--maxmemory", `${maxMemory}mb`],
          ["--maxmemory-policy", args.maxMemoryPolicy ?? "allkeys-lru"],
        ].flat(),
        secrets: [{ secret: users, path: "/run/secrets/users.acl" }],
        scratch: [{ path: "/tmp" }],
        healthCheck: { command: ["healthcheck"] },
        resources: { memoryLimitMiB: Math.ceil(maxMemory * 1.5), memoryReservationMiB: 16 },
        rolloutTimeoutSeconds: args.rolloutTimeoutSeconds,
      },
      { parent: this },
    );
    this.host = workload.dnsName;
    this.ready = workload.ready;
    this.registerOutputs({ host: this.host, port });
  }

  /** What a service needs to reach the cache. */
  connection(): DatabaseConnection {
    const path = "/run/secrets/cache-password";
    return {
      environment: {
        CACHE_HOST: this.host,
        CACHE_PORT: String(port),
        CACHE_PASSWORD_FILE: path,
      },
      secrets: [{ secret: this.password.secret, path }],
    };
  }
}
