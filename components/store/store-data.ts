import * as pulumi from "@pulumi/pulumi";
import { Backup } from "../data/backup.ts";
import { CacheCluster } from "../data/cache-cluster.ts";
import { EtcdCluster } from "../data/etcd-cluster.ts";
import type { Replication } from "../data/patroni-configuration.ts";
import { PostgresCluster, type PostgresClusterArgs } from "../data/postgres-cluster.ts";
import { type RestoredCluster, restoredClustersMistake } from "../data/restored-cluster.ts";
import { ShardedDatabase } from "../data/sharded-database.ts";
import type { ScrapeTarget } from "../observability/scrape-target.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network } from "../orchestrator/specs.ts";
import { checkVersions } from "../security/secret-versions.ts";
import type { SecretVersions } from "./rotated-secrets.ts";
import { productsCluster, shardNames } from "./store-clusters.ts";
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
  /** Further clusters that show one of these as it was; nothing uses them. @default none */
  restoredClusters?: RestoredCluster[];
  /** How much the cache may hold, in MiB. @default 64 */
  cacheMemoryMiB?: number;
  /**
   * Versions of passwords that are accepted; the first is the one that services use.
   * @default ["1"] each
   */
  secretVersions?: Pick<SecretVersions, "cache" | "databases">;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

/** A store's data layer. */
export interface StoreDataArgs extends StoreDataOptions {
  orchestrator: Orchestrator;
  images: Record<StoreImageName, pulumi.Input<string>>;
  network: Network;
}

/** A copy of a big database takes its time. */
const restoreTimeoutSeconds = 3600;

/**
 * Everything that a store keeps: the catalogue in a cluster of its own, accounts and orders on
 * shards, what is asked for often in a cache, and backups of all but that.
 *
 * @throws pulumi.InputPropertyError when there is no shard, a cluster is to be restored of which there are
 * no backups, or a secret has no version, more than two or one twice.
 */
export class StoreData extends pulumi.ComponentResource {
  /** With the database `catalog`. */
  readonly products: PostgresCluster;
  /** With the databases `accounts` and `orders`. */
  readonly customers: ShardedDatabase;
  readonly cache: CacheCluster;
  /** Resolves once every part serves. */
  readonly ready: pulumi.Output<boolean>;
  /** What of it speaks Prometheus. */
  readonly scrapeTargets: ScrapeTarget[];

  constructor(name: string, args: StoreDataArgs, opts?: pulumi.ComponentResourceOptions) {
    const shards = shardNames(checkedShards(args.shards ?? 1));
    const mistake = restoredClustersMistake(args.restoredClusters ?? [], {
      clusters: [productsCluster, ...shards],
      backup: args.backup !== "off",
    });
    if (mistake) {
      throw new pulumi.InputPropertyError({ propertyPath: "restoredClusters", reason: mistake });
    }
    const { secretVersions = {} } = args;
    checkVersions("secretVersions.cache", secretVersions.cache);
    checkVersions("secretVersions.databases", secretVersions.databases);
    super("ha-store:index:StoreData", name, {}, opts);
    const { images, orchestrator, rolloutTimeoutSeconds } = args;
    const parent = { parent: this };
    const common = { orchestrator, rolloutTimeoutSeconds, networks: [args.network] };

    const etcd = new EtcdCluster("etcd", { ...common, image: images.etcd }, parent);
    const backup = args.backup !== "off" && this.backup(args, common, [productsCluster, ...shards]);
    const cluster = (clusterName: string, of: string, rest: Partial<PostgresClusterArgs>) =>
      new PostgresCluster(
        clusterName,
        {
          ...common,
          image: images.postgres,
          routerImage: images.haproxy,
          etcd,
          databases: of === productsCluster ? ["catalog"] : ["accounts", "orders"],
          versions: secretVersions.databases,
          replication: args.replication,
          memoryLimitMiB: args.databaseMemoryMiB,
          ...rest,
        },
        parent,
      );
    const backedUp = (clusterName: string) =>
      cluster(clusterName, clusterName, backup ? { backup: backup.target(clusterName) } : {});
    this.products = backedUp(productsCluster);
    const customerClusters = shards.map((shard) => backedUp(shard));
    this.customers = new ShardedDatabase("customers", { clusters: customerClusters }, parent);
    const restored = (args.restoredClusters ?? []).map(({ name: copy, cluster: of, time }) => {
      if (!backup) throw new Error(`${copy} has no backups to be made of`);
      return cluster(copy, of, {
        members: 1,
        replication: "synchronous",
        restoredFrom: { cluster: of, time, backup: backup.target(of) },
        rolloutTimeoutSeconds: restoreTimeoutSeconds,
      });
    });
    this.cache = new CacheCluster(
      "cache",
      {
        ...common,
        image: images.valkey,
        maxMemoryMiB: args.cacheMemoryMiB,
        versions: secretVersions.cache,
      },
      parent,
    );
    const parts: { ready: pulumi.Output<unknown> }[] = [
      etcd,
      this.products,
      this.customers,
      this.cache,
      ...(backup ? [backup] : []),
      ...restored,
    ];
    this.scrapeTargets = [
      etcd,
      this.products,
      ...customerClusters,
      ...restored,
      ...(backup ? [backup] : []),
    ].flatMap((part) => part.scrapeTargets);
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

function checkedShards(count: number): number {
  if (Number.isInteger(count) && count >= 1) return count;
  throw new pulumi.InputPropertyError({
    propertyPath: "shards",
    reason: `is ${count}: accounts and orders need at least 1 shard; give a whole number from 1`,
  });
}
