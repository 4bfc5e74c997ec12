import { clusterQuery } from "../cluster-query.ts";
import type { Platform, StackService } from "../platform/platform.ts";
import { storeDatabases } from "../store-databases.ts";
import { messageOf } from "./database-status.ts";

/** What one shard has of the 1,024 buckets. */
export interface ShardStatus {
  shard: string;
  /** Buckets by their state. */
  buckets: Record<string, number>;
  orders: number | undefined;
  problem: string | undefined;
}

/** Every shard of the orders; accounts have the same buckets. */
export async function shardStatus(
  platform: Platform,
  services: StackService[],
): Promise<ShardStatus[]> {
  const query = clusterQuery(platform, services);
  return Promise.all(
    storeDatabases(services).orders.map(async ({ cluster, database }) => {
      try {
        const rows = await query(
          cluster,
          database,
          `SELECT state, count(*) AS buckets, (SELECT count(*) FROM orders) AS orders
           FROM buckets GROUP BY state`,
        );
        const buckets = Object.fromEntries(rows.map((row) => [row.state, Number(row.buckets)]));
        return { shard: cluster, buckets, orders: Number(rows[0]?.orders), problem: undefined };
      } catch (error) {
        return { shard: cluster, buckets: {}, orders: undefined, problem: messageOf(error) };
      }
    }),
  );
}
