import { BUCKETS } from "./buckets.ts";
import type { Session } from "./database.ts";
import type { BucketState } from "./shard-schema.ts";

/** The steps of a move as the shards record them; each is one statement that either fits or fails. */

export interface ShardRecord {
  shard: string;
  bucket: number;
  state: BucketState;
  move: string | null;
}

export async function readAll(sessions: ReadonlyMap<string, Session>): Promise<ShardRecord[]> {
  const lists = await Promise.all(
    [...sessions].map(async ([shard, session]) => {
      const rows = await session.execute("SELECT bucket, state, move FROM buckets ORDER BY bucket");
      return rows.map((row) => ({ ...(row as Omit<ShardRecord, "shard">), shard }));
    }),
  );
  return lists.flat();
}

/** @throws Error unless each bucket has one owner. */
export function requireOneOwnerEach(records: readonly ShardRecord[]): void {
  const owners = ownersOf(records);
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const names = owners.get(bucket) ?? [];
    if (names.length === 1) continue;
    throw new Error(
      names.length === 0
        ? `bucket ${bucket} is owned by no shard in DATABASE_SHARDS: is one missing there?`
        : `bucket ${bucket} is owned by ${names.join(" and ")}: nothing was moved`,
    );
  }
}

export function ownersOf(records: readonly ShardRecord[]): Map<number, string[]> {
  const owners = new Map<number, string[]>();
  for (const { shard, bucket, state } of records) {
    if (state !== "owned" && state !== "moving") continue;
    owners.set(bucket, [...(owners.get(bucket) ?? []), shard]);
  }
  return owners;
}

/** Every shard with its buckets, in their order. */
export function ownedBy(records: readonly ShardRecord[]): Map<string, number[]> {
  const owned = new Map<string, number[]>();
  for (const { shard, bucket, state } of records) {
    if (state === "owned") owned.set(shard, [...(owned.get(shard) ?? []), bucket]);
  }
  return owned;
}

/** Source: nothing is written any more. */
export async function beginMove(source: Session, bucket: number, to: string, move: string) {
  await change(
    source,
    `UPDATE buckets SET state = 'moving', peer = $2, move = $3, changed_at = now()
     WHERE bucket = $1 AND state = 'owned'`,
    [bucket, to, move],
  );
}

/** Target: rows are coming, but are not owned yet. */
export async function expect(target: Session, bucket: number, from: string, move: string) {
  await change(
    target,
    `INSERT INTO buckets (bucket, state, peer, move) VALUES ($1, 'incoming', $2, $3)`,
    [bucket, from, move],
  );
}

/** Source: the moment of truth. From now on the target is the owner. */
export async function give(source: Session, bucket: number, move: string) {
  await change(
    source,
    `UPDATE buckets SET state = 'moved', changed_at = now()
     WHERE bucket = $1 AND state = 'moving' AND move = $2`,
    [bucket, move],
  );
}

/** Target, once the source has given it; a client may have been quicker. */
export async function takeOver(target: Session, bucket: number, move: string | null) {
  await target.execute(
    `UPDATE buckets SET state = 'owned', peer = NULL, move = NULL, changed_at = now()
     WHERE bucket = $1 AND state = 'incoming' AND move = $2`,
    [bucket, move],
  );
}

/** Source: everything as before the move. */
export async function abandon(source: Session, bucket: number, move: string) {
  await source.execute(
    `UPDATE buckets SET state = 'owned', peer = NULL, move = NULL, changed_at = now()
     WHERE bucket = $1 AND state = 'moving' AND move = $2`,
    [bucket, move],
  );
}

/** The same for what another mover left; only with its lock. */
export async function abandonAll(source: Session) {
  await source.execute(
    `UPDATE buckets SET state = 'owned', peer = NULL, move = NULL, changed_at = now()
     WHERE state = 'moving'`,
  );
}

/** Once no row of the bucket is left. */
export async function remove(session: Session, bucket: number) {
  await change(
    session,
    "DELETE FROM buckets WHERE bucket = $1 AND state IN ('moved', 'incoming')",
    [bucket],
  );
}

async function change(session: Session, sql: string, parameters: readonly unknown[]) {
  const changed = await session.execute(`${sql} RETURNING bucket`, parameters);
  if (changed.length === 1) return;
  throw new Error(
    `bucket ${parameters[0]} is not in the state that this step of its move expects: ` +
      "something else has changed the records; run this again, which repairs what can be",
  );
}
