import type { Session } from "./database.ts";
import { isLockTimeout, isNotYetThere } from "./database-errors.ts";
import type { Shard } from "./shard.ts";
import { type BucketTable, checkTables } from "./shard-copy.ts";
import { BucketMover } from "./shard-mover.ts";
import { planMoves } from "./shard-plan.ts";
import type { MoveProgress } from "./shard-progress.ts";
import * as records from "./shard-records.ts";
import { MOVER_LOCK } from "./shard-schema.ts";
import { withSessions } from "./shard-sessions.ts";
import { backoffMilliseconds, pause } from "./wait.ts";

const LOCK_WAIT = "2s";
const ROUNDS = 20;
const ROUND_PAUSE_MS = 1_000;
/** A shard whose primary changes is back within seconds; one that stays away for so long needs somebody. */
const PATIENCE_MS = 60_000;

/** Another run moves buckets. */
export class NotTheOnlyMover extends Error {
  constructor() {
    super("another run moves buckets already; nothing was done");
    this.name = "NotTheOnlyMover";
  }
}

/** Moves buckets until each of the shards that stay owns its share. */
export class Rebalance {
  readonly #tables: readonly BucketTable[];
  readonly #staying: readonly string[];
  readonly #progress: MoveProgress;
  readonly #stopping: AbortSignal;
  #begun = false;
  /** Since a bucket was last moved. */
  #losses = 0;
  #firstLossAt = 0;

  /** @param stopping ends it after the bucket at hand */
  constructor(
    tables: readonly BucketTable[],
    staying: readonly string[],
    progress: MoveProgress,
    stopping: AbortSignal,
  ) {
    this.#tables = tables;
    this.#staying = staying;
    this.#progress = progress;
    this.#stopping = stopping;
  }

  /**
   * Goes on by itself, on new connections, when it loses one under way.
   *
   * @returns whether everything was moved, which it is not if it was stopped
   * @throws NotTheOnlyMover
   */
  async over(shards: readonly Shard[]): Promise<boolean> {
    for (;;) {
      try {
        return await withSessions(shards, (opened) => this.#on(byName(opened)));
      } catch (error) {
        this.#endure(error);
      }
      await pause(backoffMilliseconds(this.#losses), this.#stopping);
      if (this.#stopping.aborted) return this.#stopped();
    }
  }

  /** @throws the error itself, unless it comes after a beginning and may pass */
  #endure(error: unknown): void {
    // The connection that was lost may hold its lock for a moment.
    const passes = error instanceof NotTheOnlyMover || isNotYetThere(error);
    if (!this.#begun || !passes) throw error;
    const now = performance.now();
    if (this.#losses === 0) this.#firstLossAt = now;
    if (now - this.#firstLossAt > PATIENCE_MS) throw error;
    this.#losses += 1;
    this.#progress.lost(error);
  }

  async #on(sessions: ReadonlyMap<string, Session>): Promise<boolean> {
    for (const session of sessions.values()) {
      await session.execute("SET TIME ZONE 'UTC'");
      await becomeOnlyMover(session);
    }
    this.#begun = true;
    await requireSchemas(sessions);
    await checkTables(sessions, this.#tables);
    const mover = new BucketMover(sessions, this.#tables);
    await mover.recover();
    for (let round = 1; ; round += 1) {
      const found = await records.readAll(sessions);
      records.requireOneOwnerEach(found);
      const moves = planMoves(records.ownedBy(found), this.#staying);
      this.#progress.plan(moves.length);
      for (const move of moves) {
        if (this.#stopping.aborted) return this.#stopped();
        const moved = await mover.move(move);
        if (moved) this.#losses = 0;
        this.#progress.moved(move, moved);
      }
      if (this.#progress.remaining === 0) break;
      if (round === ROUNDS) {
        this.#progress.stopped();
        throw new Error("some buckets are kept busy by long transactions: run this again later");
      }
      await pause(ROUND_PAUSE_MS, this.#stopping);
    }
    this.#progress.done();
    return true;
  }

  #stopped(): boolean {
    this.#progress.stopped();
    return false;
  }
}

function byName(opened: ReadonlyMap<Shard, Session>): Map<string, Session> {
  return new Map([...opened].map(([shard, session]) => [shard.name, session]));
}

/**
 * For as long as the connection lives. A client that looks whether there is a mover has it briefly.
 *
 * @throws NotTheOnlyMover
 */
async function becomeOnlyMover(session: Session): Promise<void> {
  try {
    await session.execute(
      `SET lock_timeout = '${LOCK_WAIT}'; SELECT pg_advisory_lock(${MOVER_LOCK}); RESET lock_timeout`,
    );
  } catch (error) {
    throw isLockTimeout(error) ? new NotTheOnlyMover() : error;
  }
}

async function requireSchemas(sessions: ReadonlyMap<string, Session>): Promise<void> {
  for (const [shard, session] of sessions) {
    const [table] = await session.execute("SELECT to_regclass('shard') AS shard");
    const [row] = table?.shard ? await session.execute("SELECT name FROM shard") : [];
    if (row?.name === shard) continue;
    throw new Error(
      row
        ? `DATABASE_SHARDS calls ${shard} what was ${row.name} before: give it its old name back`
        : `${shard} is not set up: the service does that when it starts with it; wait for its roll-out`,
    );
  }
}
