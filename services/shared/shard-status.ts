import { BUCKETS } from "./buckets.ts";
import type { Shard } from "./shard.ts";

/** One shard's line; `buckets` is missing if it doesn't answer. */
export interface ShardStatus {
  shard: string;
  reachable: boolean;
  buckets?: Record<string, number>;
  sizeBytes?: number;
}

/** Writes what each shard has; @returns 1 if one doesn't answer or a bucket has no owner. */
export async function describeShards(
  service: string,
  shards: readonly Shard[],
  json: boolean,
): Promise<number> {
  const statuses = await Promise.all(shards.map(statusOf));
  const owned = statuses.reduce((sum, { buckets }) => sum + owners(buckets), 0);
  const lines = json
    ? [JSON.stringify({ service, shards: statuses, owned, total: BUCKETS })]
    : [...statuses.map(describe), `${owned} of ${BUCKETS} buckets have an owner that answers`].map(
        (line) => `${service}: ${line}`,
      );
  process.stdout.write(`${lines.join("\n")}\n`);
  return owned === BUCKETS && statuses.every(({ reachable }) => reachable) ? 0 : 1;
}

async function statusOf({ name, database }: Shard): Promise<ShardStatus> {
  try {
    return await database.session(async (session) => {
      const [size] = await session.execute("SELECT pg_database_size(current_database()) AS bytes");
      const [table] = await session.execute("SELECT to_regclass('buckets') AS buckets");
      const rows = table?.buckets
        ? await session.execute("SELECT state, count(*) AS buckets FROM buckets GROUP BY state")
        : [];
      return {
        shard: name,
        reachable: true,
        buckets: Object.fromEntries(rows.map((row) => [String(row.state), Number(row.buckets)])),
        sizeBytes: Number(size?.bytes),
      };
    });
  } catch {
    return { shard: name, reachable: false };
  }
}

function describe({ shard, reachable, buckets = {}, sizeBytes = 0 }: ShardStatus): string {
  if (!reachable) return `${shard} does not answer`;
  const others = ["moving", "moved", "incoming"]
    .filter((state) => buckets[state])
    .map((state) => `, ${buckets[state]} ${state}`);
  const mib = Math.round(sizeBytes / 2 ** 20);
  return `${shard} ${buckets.owned ?? 0} buckets${others.join("")}, ${mib} MiB`;
}

function owners(buckets: Record<string, number> = {}): number {
  return (buckets.owned ?? 0) + (buckets.moving ?? 0);
}
