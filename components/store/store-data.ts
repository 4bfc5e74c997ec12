import * as pulumi from "@pulumi/pulumi";
import { Backup } from "../data/backup.ts";
import { CacheCluster } from "../data/cache-cluster.ts";
import { EtcdCluster } from "../data/etcd-cluster.ts";
import type { Replication } from "../data/patroni-configuration.ts";
import { PostgresCluster } from "../data/postgres-cluster.ts";
import { ShardedDatabase } from "../data/sharded-database.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network } from "../orchestrator/specs.ts";
import type { StoreImageName } from "./store-images.ts";

/** What can be chosen about a store's data. */
export interface StoreDataOptions {
  /** How many database clusters share accounts and orders. @default 1 */
  shards?: number;
  /** Hard limit of each member of a database cluster, in MiB. @default 512 */
  databaseMemoryMiB?: number;
  /** When a database acknowledges a commit. @default "synchronous" */
  replication?: Replication;
  /** Where backups of the databases go: to a volume in the last zone, or nowhere. @default "volume" */
  backup?: "volume" | "off";
  /** When backups are taken; see `BackupArgs`. @default ["full 0 1 * * 0", "diff 0 1 * * 1-6", "incr 0 * * * *"] */
  backupSchedule?: string[];
  /** How many full backups are kept. @default 2 */
  backupRetention?: number;
  /** How much the cache may hold, in MiB. @default 64 */
  cacheMemoryMiB?: number;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

/** A store's data layer. */
export interface StoreDataArgs extends StoreDataOptions {
  orchestrator: Orchestrator;
  images: Record<StoreImageName, pulumi.Input<string>>;
  network: Network;
}

/** Where the catalogue is kept. */
const productsCluster = "products-db";

/**
 * Everything that a store keeps: the catalogue in a cluster of its own, accounts and orders on
 * shards, what is asked for often in a cache, and backups of all but that.
 *
 * @throws pulumi.InputPropertyError when there is no shard.
 */
export class StoreData extends pulumi.ComponentResource {
  /** With the database `catalog`. */
  readonly products: PostgresCluster;
  /** With the databases `accounts` and `orders`. */
  readonly customers: ShardedDatabase;
  readonly cache: CacheCluster;
  /** Resolves once every part serves. */
  readonly ready: pulumi.Output<boolean>;

  constructor(name: string, args: StoreDataArgs, opts?: pulumi.ComponentResourceOptions) {
    const shards = shardNames(args.shards ?? 1);
    super("ha-store:index:StoreData", name, {}, opts);
    const { images, orchestrator, rolloutTimeoutSeconds } = args;
    const parent = { parent: this };
    const common = { orchestrator, rolloutTimeoutSeconds, networks: [args.network] };

    const etcd = new EtcdCluster("etcd", { ...common, image: images.etcd }, parent);
    const backup = args.backup !== "off" && this.backup(args, common, [productsCluster, ...shards]);
    const cluster = (clusterName: string, databases: string[]) =>
      new PostgresCluster(
        clusterName,
        {
          ...common,
          image: images.postgres,
          routerImage: images.haproxy,
          etcd,
          databases,
          replication: args.replication,
          memoryLimitMiB: args.databaseMemoryMiB,
          backup: backup ? backup.target(clusterName) : undefined,
        },
        parent,
      );
    this.products = cluster(productsCluster, ["catalog"]);
    this.customers = new ShardedDatabase(
      "customers",
      { clusters: shards.map((shard) => cluster(shard, ["accounts", "orders"])) },
      parent,
    );
    this.cache = new CacheCluster(
      "cache",
      { ...common, image: images.valkey, maxMemoryMiB: args.cacheMemoryMiB },
      parent,
    );
    const parts: { ready: pulumi.Output<unknown> }[] = [
      etcd,
      this.products,
      this.customers,
      this.cache,
      ...(backup ? [backup] : []),
    ];
    this.ready = pulumi.all(parts.map((part) => part.ready)).apply(() => true);
    this.registerOutputs({ ready: this.ready });
  }

  private backup(
    args: StoreDataArgs,
    common: Pick<ConstructorParameters<typeof Backup>[1], "orchestrator" | "networks">,
    clusters: string[],
  ): Backup {
    return new Backup(
      "backup",
      {
        ...common,
        image: args.images.postgres,
        clusters: clusters.map((cluster) => ({ name: cluster })),
        schedule: args.backupSchedule,
        retention: args.backupRetention,
      },
      { parent: this },
    );
  }
}

function shardNames(count: number): string[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new pulumi.InputPropertyError({
      propertyPath: "shards",
      reason: `is ${count}: accounts and orders need at least 1 shard; give a whole number from 1`,
    });
  }
  return Array.from({ length: count }, (_, index) => `shard-${index + 1}`);
}
