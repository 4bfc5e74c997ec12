import { BUCKETS } from "./buckets.ts";
import type { Parameters, Queryable, Row, Statement } from "./database.ts";
import { ApiError, UnavailableError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import type { Schema } from "./migrations.ts";
import { BucketNotHere, Shard } from "./shard.ts";
import { ShardMap } from "./shard-map.ts";
import type { ShardSettings } from "./shard-settings.ts";
import { ShardStart } from "./shard-start.ts";
import { pause } from "./wait.ts";

/** How long a request waits for a bucket that moves, which takes milliseconds. */
const WAIT_MS = 10_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/** One bucket's rows, wherever they are: with the operations of a database. */
export interface BucketDatabase extends Queryable {
  read<R extends Row>(statement: Statement, parameters?: Parameters): Promise<R[]>;
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
}

/**
 * Databases that share the buckets of one service's data. Each operation names its bucket and runs
 * on the shard that owns it; the shard itself checks that, inside the same transaction, so an
 * outdated map costs a second look and never a wrong read or write.
 */
export class ShardedDatabase {
  readonly shards: readonly Shard[];
  readonly #map: ShardMap;
  readonly #start: ShardStart;

  constructor(settings: readonly ShardSettings[], application: string, log: Logger) {
    this.shards = settings.map((shard) => new Shard(shard, application, log));
    this.#map = new ShardMap(this.shards, log);
    this.#start = new ShardStart(this.shards, this.#map, log);
  }

  /** Returns when requests can be served: with all shards, or after a while with those there are. */
  async start(schema: Schema, signal: AbortSignal): Promise<void> {
    await this.#start.begin(schema, signal);
  }

  /** Goes on until shards that were not there at the start have come as well. */
  async rest(): Promise<void> {
    await this.#start.rest();
  }

  /**
   * One is enough: a service that would not be ready for want of one shard would take the other
   * shards' customers with it, on all its replicas.
   */
  async isReachable(): Promise<boolean> {
    const looks = this.shards.map(async (shard) => {
      if (!(await shard.isReachable())) throw new UnavailableError(shard.name);
    });
    return await Promise.any(looks).then(
      () => true,
      () => false,
    );
  }

  /**
   * @throws ApiError `unknown_bucket` (404) for a number that no bucket has: an id that nobody
   * was given.
   */
  bucket(bucket: number): BucketDatabase {
    if (!Number.isInteger(bucket) || bucket < 0 || bucket >= BUCKETS) {
      throw new ApiError(404, "unknown_bucket", "There is nothing with this id");
    }
    const transaction = <T>(work: (transaction: Queryable) => Promise<T>) =>
      this.#routed(bucket, (shard) => shard.write(bucket, work));
    return {
      read: <R extends Row>(statement: Statement, parameters: Parameters = []) =>
        this.#routed(bucket, (shard) => shard.read<R>(bucket, statement, parameters)),
      query: <R extends Row>(statement: Statement, parameters: Parameters = []) =>
        transaction((inside) => inside.query<R>(statement, parameters)),
      transaction,
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.shards.map((shard) => shard.close()));
  }

  /** Finds the owner and, while the bucket is on its way, waits for it. */
  async #routed<T>(bucket: number, work: (shard: Shard) => Promise<T>): Promise<T> {
    const deadline = performance.now() + WAIT_MS;
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      const owner = this.#map.owner(bucket);
      const outcome = owner ? await unlessAway(() => work(owner)) : AWAY;
      if (outcome !== AWAY && outcome !== MOVING) return outcome;
      if (performance.now() > deadline) throw new UnavailableError("The database");
      if (outcome === MOVING) await owner?.reclaim(bucket);
      else if (await this.#findOther(bucket, owner)) continue;
      await pause(wait);
    }
  }

  async #findOther(bucket: number, before: Shard | undefined): Promise<boolean> {
    await this.#map.refresh();
    const owner = this.#map.owner(bucket);
    // Waiting would not bring back a shard in time.
    if (!owner && !this.#map.complete) throw new UnavailableError("The database");
    return owner !== undefined && owner !== before;
  }
}

const MOVING = Symbol("moving");
const AWAY = Symbol("away");

async function unlessAway<T>(work: () => Promise<T>): Promise<T | typeof MOVING | typeof AWAY> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BucketNotHere)) throw error;
    return error.moving ? MOVING : AWAY;
  }
}
