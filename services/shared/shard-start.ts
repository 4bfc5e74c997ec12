import { BUCKETS } from "./buckets.ts";
import type { Session } from "./database.ts";
import { isNotYetThere } from "./database-errors.ts";
import type { Logger } from "./logger.ts";
import { migrateWhenReachable, type Schema } from "./migrations.ts";
import type { Shard } from "./shard.ts";
import type { ShardMap } from "./shard-map.ts";
import { DEAL_LOCK, SHARD_MIGRATIONS } from "./shard-schema.ts";
import { withSessions } from "./shard-sessions.ts";
import { backoffMilliseconds, pause } from "./wait.ts";

/** With some shards there, how long a start waits for the others. */
const PATIENCE_MS = 3_000;

/** Brings the shards' schemas up to date and deals the buckets at the very first start. */
export class ShardStart {
  readonly #shards: readonly Shard[];
  readonly #map: ShardMap;
  readonly #log: Logger;
  readonly #migrated = new Set<Shard>();
  readonly #deals = new Map<string, readonly string[]>();
  #all: Promise<unknown> = Promise.resolve();

  constructor(shards: readonly Shard[], map: ShardMap, log: Logger) {
    this.#shards = shards;
    this.#map = map;
    this.#log = log;
  }

  async begin(schema: Schema, signal: AbortSignal): Promise<void> {
    const starts = this.#shards.map((shard) => this.#bringUp(shard, schema, signal));
    this.#all = Promise.all(starts);
    const some = Promise.race(starts).then(() => pause(PATIENCE_MS, signal));
    await Promise.race([this.#all, some]);
  }

  async rest(): Promise<void> {
    await this.#all;
  }

  async #bringUp(shard: Shard, { sets, seed }: Schema, signal: AbortSignal): Promise<void> {
    const whole = { sets: [SHARD_MIGRATIONS, ...sets], ...(seed ? { seed } : {}) };
    await migrateWhenReachable(shard.database, whole, this.#log, signal);
    this.#migrated.add(shard);
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const dealtTo = await this.#join(shard).catch((error: unknown) => {
        if (!isNotYetThere(error)) throw error;
        return undefined;
      });
      if (dealtTo) {
        this.#checkDeal(shard, dealtTo);
        shard.markPrepared();
        await this.#map.refresh();
        return;
      }
      if (attempt === 0) this.#log.warn({ shard: shard.name }, "waiting for the other shards");
      await pause(backoffMilliseconds(attempt, 50, 1_000), signal);
    }
  }

  /** @returns what the buckets were dealt to, or nothing while that can't be known yet. */
  async #join(shard: Shard): Promise<readonly string[] | undefined> {
    const own = await shard.database.session((session) => readDeal(shard, session));
    if (own?.complete) return own.dealtTo;
    const migrated = this.#shards.filter((other) => this.#migrated.has(other));
    const found = await withSessions(migrated, async (sessions) => {
      const deal = (await readDeals(sessions)).find(({ complete }) => complete);
      if (deal) await recordNewcomer(sessions.get(shard), shard.name, deal.dealtTo);
      return deal?.dealtTo;
    });
    if (found || migrated.length < this.#shards.length) return found;
    return await withSessions(this.#shards, (sessions) => this.#deal(sessions));
  }

  /**
   * Gives each shard its share; only where all can be asked and none knows of an earlier deal. One
   * that was interrupted is brought to its end as it was begun.
   */
  async #deal(sessions: ReadonlyMap<Shard, Session>): Promise<readonly string[] | undefined> {
    // All locks, in one order: replicas that were told different lists of shards, too, exclude
    // each other as soon as the lists have one shard in common.
    const inNameOrder = [...sessions].sort(([a], [b]) => (a.name < b.name ? -1 : 1));
    for (const [, session] of inNameOrder) {
      await session.execute("SELECT pg_advisory_lock($1)", [DEAL_LOCK]);
    }
    const begun = await readDeals(sessions);
    // Somebody was quicker: the next look finds it.
    if (begun.some(({ complete }) => complete)) return undefined;
    const names = this.#shards.map(({ name }) => name);
    const dealtTo = begun[0]?.dealtTo ?? names;
    const missing = dealtTo.filter((name) => !names.includes(name));
    if (missing.length > 0) {
      throw new Error(
        `the first start was interrupted when buckets were being dealt to ${dealtTo.join(", ")}: ` +
          `DATABASE_SHARDS has to name ${missing.join(", ")} as well`,
      );
    }
    for (const [{ name }, session] of sessions) await recordShare(session, name, dealtTo);
    for (const session of sessions.values()) {
      await session.execute("UPDATE shard SET complete = true");
    }
    this.#log.info({ shards: dealtTo }, "buckets dealt");
    return dealtTo;
  }

  /** @throws Error if shards of different stores were put together: both would own all buckets. */
  #checkDeal(shard: Shard, dealtTo: readonly string[]): void {
    for (const [other, theirs] of this.#deals) {
      if (theirs.join() === dealtTo.join()) continue;
      throw new Error(
        `DATABASE_SHARDS mixes shards of different stores: buckets were dealt to ${theirs.join(", ")} ` +
          `according to ${other}, to ${dealtTo.join(", ")} according to ${shard.name}`,
      );
    }
    this.#deals.set(shard.name, dealtTo);
  }
}

interface Deal {
  dealtTo: readonly string[];
  complete: boolean;
}

async function readDeals(sessions: ReadonlyMap<Shard, Session>): Promise<Deal[]> {
  const deals: Deal[] = [];
  for (const [shard, session] of sessions) {
    const deal = await readDeal(shard, session);
    if (deal) deals.push(deal);
  }
  return deals;
}

/** @throws Error if the shard had another name before. */
async function readDeal({ name }: Shard, session: Session): Promise<Deal | undefined> {
  const [row] = await session.execute("SELECT name, dealt_to, complete FROM shard");
  if (!row) return undefined;
  if (row.name === name) {
    return { dealtTo: row.dealt_to as string[], complete: row.complete === true };
  }
  throw new Error(
    `DATABASE_SHARDS calls ${name} what was ${row.name} before: give it its old name back`,
  );
}

/** A shard that came later, or again with nothing on it: others own its buckets, or a backup does. */
async function recordNewcomer(
  session: Session | undefined,
  name: string,
  dealtTo: readonly string[],
): Promise<void> {
  await session?.execute(
    `INSERT INTO shard (name, dealt_to, complete) VALUES ($1, $2, true)
     ON CONFLICT (only_row) DO UPDATE SET complete = true`,
    [name, dealtTo],
  );
}

async function recordShare(
  session: Session,
  name: string,
  dealtTo: readonly string[],
): Promise<void> {
  await session.execute(
    `WITH joined AS (
       INSERT INTO shard (name, dealt_to) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING name
     )
     INSERT INTO buckets (bucket, state)
     SELECT bucket, 'owned' FROM joined, unnest($3::integer[]) AS bucket`,
    [name, dealtTo, share(name, dealtTo)],
  );
}

/** Ranges of as equal a length as can be. */
export function share(name: string, dealtTo: readonly string[]): number[] {
  const index = dealtTo.indexOf(name);
  if (index < 0) return [];
  const start = (at: number) => Math.floor((at * BUCKETS) / dealtTo.length);
  return Array.from({ length: start(index + 1) - start(index) }, (_, at) => start(index) + at);
}
