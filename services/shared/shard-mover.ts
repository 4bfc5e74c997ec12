import { randomUUID } from "node:crypto";
import type { Session } from "./database.ts";
import { isLockTimeout } from "./database-errors.ts";
import { type BucketTable, type Content, contentOf, copyRows, deleteRows } from "./shard-copy.ts";
import type { Move } from "./shard-plan.ts";
import * as records from "./shard-records.ts";
import { lockBucket } from "./shard-schema.ts";

/** What a bucket's move took. */
export interface Moved {
  rows: number;
  /** How long writes of the bucket had to wait. */
  waitMs: number;
}

/** How long writes wait at most for those before them, until the bucket is left for later. */
const LOCK_TIMEOUT = "500ms";

/**
 * Moves one bucket at a time. Its owner is at any moment what the records say, whenever this is
 * killed: the source's `moved` is the moment of truth, and both sides of a move know its id.
 */
export class BucketMover {
  readonly #sessions: ReadonlyMap<string, Session>;
  readonly #tables: readonly BucketTable[];

  constructor(sessions: ReadonlyMap<string, Session>, tables: readonly BucketTable[]) {
    this.#sessions = sessions;
    this.#tables = tables;
  }

  /** @returns nothing if long transactions kept the bucket busy: try again later. */
  async move({ bucket, from, to }: Move): Promise<Moved | undefined> {
    const source = this.#session(from);
    const target = this.#session(to);
    const move = randomUUID();
    const started = performance.now();
    if (!(await this.#halt(source, bucket, to, move))) return undefined;
    const rows = await this.#copy(source, target, bucket, from, move).catch(async (error) => {
      await target.execute("ROLLBACK").catch(() => undefined);
      await source.execute("ROLLBACK").catch(() => undefined);
      await records.abandon(source, bucket, move).catch(() => undefined);
      throw error;
    });
    await records.give(source, bucket, move);
    await records.takeOver(target, bucket, move);
    const waitMs = performance.now() - started;
    await this.#forget(source, bucket);
    return { rows, waitMs };
  }

  /** Brings every move that an earlier run left half done to its end, or back to its beginning. */
  async recover(): Promise<void> {
    for (const [, session] of this.#sessions) await records.abandonAll(session);
    const all = await records.readAll(this.#sessions);
    const given = all.filter(({ state }) => state === "moved");
    for (const { bucket, move } of given) {
      for (const [, session] of this.#sessions) await records.takeOver(session, bucket, move);
    }
    const owned = records.ownersOf(await records.readAll(this.#sessions));
    for (const { shard, bucket } of given) {
      // Its rows may be the only ones there are.
      if (!owned.has(bucket)) throw new Error(`bucket ${bucket} has left ${shard}, but is nowhere`);
      await this.#forget(this.#session(shard), bucket);
    }
    for (const { shard, bucket, state } of await records.readAll(this.#sessions)) {
      if (state === "incoming") await this.#forget(this.#session(shard), bucket);
    }
  }

  /** Ends writes to the bucket: waits for those under way, and refuses what comes. */
  async #halt(source: Session, bucket: number, to: string, move: string): Promise<boolean> {
    try {
      await source.execute(
        `BEGIN; SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'; ${lockBucket(bucket)}`,
      );
      await records.beginMove(source, bucket, to, move);
      await source.execute("COMMIT");
      return true;
    } catch (error) {
      await source.execute("ROLLBACK").catch(() => undefined);
      if (isLockTimeout(error)) return false;
      throw error;
    }
  }

  async #copy(source: Session, target: Session, bucket: number, from: string, move: string) {
    await source.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await target.execute("BEGIN");
    await records.expect(target, bucket, from, move);
    await deleteRows(target, this.#tables, bucket);
    for (const table of this.#tables) await copyRows(source, target, table, bucket);
    const [here, there] = await Promise.all([
      contentOf(source, this.#tables, bucket),
      contentOf(target, this.#tables, bucket),
    ]);
    requireSame(bucket, here, there);
    await source.execute("COMMIT");
    await target.execute("COMMIT");
    return [...here.values()].reduce((sum, { rows }) => sum + rows, 0);
  }

  async #forget(session: Session, bucket: number): Promise<void> {
    await session.execute("BEGIN");
    await deleteRows(session, this.#tables, bucket);
    await records.remove(session, bucket);
    await session.execute("COMMIT");
  }

  #session(shard: string): Session {
    const session = this.#sessions.get(shard);
    if (!session) throw new Error(`DATABASE_SHARDS has no ${shard}`);
    return session;
  }
}

function requireSame(
  bucket: number,
  source: ReadonlyMap<string, Content>,
  copy: ReadonlyMap<string, Content>,
): void {
  for (const [table, { rows, digest }] of source) {
    const copied = copy.get(table);
    if (copied?.rows === rows && copied.digest === digest) continue;
    throw new Error(
      `bucket ${bucket}: ${table} has ${rows} rows but ${copied?.rows} in the copy, or of other ` +
        "content; the bucket stays where it is",
    );
  }
}
