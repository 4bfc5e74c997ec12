import * as pulumi from "@pulumi/pulumi";
import type { SecretMount } from "../orchestrator/specs.ts";
import type { DataConnection } from "./connection.ts";
import type { PostgresCluster } from "./postgres-cluster.ts";

/** Several database clusters that share the data of a service. */
export interface ShardedDatabaseArgs {
  /**
   * The shards, each with the same databases. Add further ones at the end, then move buckets to them
   * with `npm run shards -- rebalance`; take one away only after its buckets were moved.
   */
  clusters: Pick<PostgresCluster, "host" | "connection" | "ready">[];
}

/**
 * Database clusters as shards of 1,024 buckets. Which shard owns which bucket is recorded in the
 * shards themselves: services deal them at the first start, and adding a shard moves nothing by
 * itself.
 *
 * @throws pulumi.InputPropertyError when there is no cluster, or one is given twice.
 */
export class ShardedDatabase extends pulumi.ComponentResource {
  /** Names of the shards, in their order. */
  readonly shards: string[];
  /** Resolves once every member of every cluster serves. */
  readonly ready: pulumi.Output<pulumi.Resource[]>;
  private readonly clusters: ShardedDatabaseArgs["clusters"];

  constructor(name: string, args: ShardedDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    const shards = args.clusters.map((cluster) => cluster.host);
    const twice = shards.find((shard, index) => shards.indexOf(shard) !== index);
    if (twice !== undefined || shards.length === 0) {
      throw new pulumi.InputPropertyError({
        propertyPath: "clusters",
        reason: twice
          ? `has ${twice} twice: give each cluster once`
          : "is empty: give at least one",
      });
    }
    super("ha-store:index:ShardedDatabase", name, {}, opts);
    this.clusters = args.clusters;
    this.shards = shards;
    this.ready = pulumi
      .all(args.clusters.map((cluster) => cluster.ready))
      .apply((all) => all.flat());
    this.registerOutputs({ shards });
  }

  /** What a service needs to reach the database of this name on every shard. */
  connection(database: string): DataConnection {
    const connections = this.clusters.map((cluster) =>
      ofShard(cluster.host, cluster.connection(database)),
    );
    return {
      environment: {
        DATABASE_SHARDS: pulumi.jsonStringify(connections.map(({ settings }) => settings)),
      },
      secrets: connections.flatMap(({ secrets }) => secrets),
      rollOutAfter: pulumi.all(connections.map(({ rollOutAfter }) => rollOutAfter)),
    };
  }
}

/** The connection as one entry of the list; its files get the shard's name, to lie beside others'. */
function ofShard(name: string, { environment, secrets, rollOutAfter }: DataConnection) {
  const passwordFile = `/run/secrets/${name}-password`;
  const caFile = `/run/secrets/${name}-ca`;
  const paths = new Map([
    [environment.DATABASE_PASSWORD_FILE, passwordFile],
    [environment.DATABASE_CA_FILE, caFile],
  ]);
  const moved: SecretMount[] = secrets.map(({ secret, path }) => ({
    secret,
    path: paths.get(path) ?? path,
  }));
  const settings = {
    name,
    host: environment.DATABASE_HOST,
    port: pulumi.output(environment.DATABASE_PORT).apply(Number),
    database: environment.DATABASE_NAME,
    user: environment.DATABASE_USER,
    passwordFile,
    ...(environment.DATABASE_CA_FILE === undefined ? {} : { caFile }),
  };
  return { settings, secrets: moved, rollOutAfter };
}
