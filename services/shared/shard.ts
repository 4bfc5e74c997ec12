import { CircuitBreaker } from "./circuit-breaker.ts";
import { Database, type Parameters, type Queryable, type Row, type Statement } from "./database.ts";
import { isConnectionFailure } from "./database-errors.ts";
import { UnavailableError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { BUCKET_ELSEWHERE, BUCKET_MOVING, type BucketState } from "./shard-schema.ts";
import type { ShardSettings } from "./shard-settings.ts";

/** What a shard records about a bucket. */
export interface BucketRecord {
  bucket: number;
  state: BucketState;
  peer: string | null;
  move: string | null;
}

const RECORDS: Statement = {
  name: "bucket-records",
  text: "SELECT bucket, state, peer, move FROM buckets",
};
const RECLAIM: Statement = { name: "reclaim-bucket", text: "SELECT reclaim_bucket($1)" };
const TAKE_OVER: Statement = {
  name: "take-over-bucket",
  text: `UPDATE buckets SET state = 'owned', peer = NULL, move = NULL, changed_at = now()
         WHERE bucket = $1 AND state = 'incoming' AND move = $2`,
};

/** One shard, as a service sees it. While it doesn't answer, nobody waits for it. */
export class Shard {
  readonly name: string;
  readonly database: Database;
  readonly #breaker: CircuitBreaker;
  #prepared = false;

  constructor({ name, database }: ShardSettings, application: string, log: Logger) {
    this.name = name;
    this.database = new Database(database, application, log);
    this.#breaker = new CircuitBreaker({ failures: 3, openMilliseconds: 500 }, (open) => {
      if (open) log.warn({ shard: name }, "shard not answering: its buckets are not served");
      else log.info({ shard: name }, "shard answering");
    });
  }

  /** Its schema is there, and it knows its buckets. */
  markPrepared(): void {
    this.#prepared = true;
  }

  async isReachable(): Promise<boolean> {
    return (await this.#ask()) && this.#prepared;
  }

  /** @throws BucketNotHere */
  async read<R extends Row>(
    bucket: number,
    { name, text }: Statement,
    parameters: Parameters,
  ): Promise<R[]> {
    const guarded = {
      name: `${name}-guarded`,
      text: `SELECT guarded.* FROM (${text}) AS guarded WHERE holds_bucket($${parameters.length + 1})`,
    };
    return await this.run((database) => database.read<R>(guarded, [...parameters, bucket]));
  }

  /** @throws BucketNotHere before anything of `work` took effect */
  async write<T>(bucket: number, work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return await this.run((database) =>
      database.transaction(work, `BEGIN; SELECT claim_bucket(${Number(bucket)})`),
    );
  }

  async records(): Promise<BucketRecord[]> {
    return (await this.run((database) => database.read(RECORDS))) as unknown as BucketRecord[];
  }

  /** Has effect only if nobody moves buckets any more. */
  async reclaim(bucket: number): Promise<void> {
    await this.run((database) => database.query(RECLAIM, [bucket]));
  }

  /** Only right when the other shard has recorded this move as `moved`. */
  async takeOver(bucket: number, move: string): Promise<void> {
    await this.run((database) => database.query(TAKE_OVER, [bucket, move]));
  }

  async run<T>(work: (database: Database) => Promise<T>): Promise<T> {
    if (!this.#prepared || !(await this.#answers())) throw new UnavailableError("The database");
    try {
      const result = await work(this.database);
      this.#breaker.succeeded();
      return result;
    } catch (error) {
      if (error instanceof UnavailableError && isConnectionFailure(error.cause)) {
        this.#breaker.failed();
      } else {
        this.#breaker.succeeded();
      }
      throw BucketNotHere.from(error) ?? error;
    }
  }

  /** While it did not answer, a short question is asked now and then, instead of a caller's. */
  async #answers(): Promise<boolean> {
    if (!this.#breaker.isOpen) return true;
    if (!this.#breaker.allows()) return false;
    return await this.#ask();
  }

  async #ask(): Promise<boolean> {
    const reachable = await this.database.isReachable();
    if (reachable) this.#breaker.succeeded();
    else this.#breaker.failed();
    return reachable;
  }

  async close(): Promise<void> {
    await this.database.close();
  }
}

/** The shard refused, without any effect, because the bucket is on its way or elsewhere. */
export class BucketNotHere extends Error {
  readonly moving: boolean;

  constructor(message: string, moving: boolean) {
    super(message);
    this.name = "BucketNotHere";
    this.moving = moving;
  }

  static from(error: unknown): BucketNotHere | undefined {
    if (!(error instanceof Error) || !("code" in error)) return undefined;
    const { code, message } = error;
    if (code !== BUCKET_MOVING && code !== BUCKET_ELSEWHERE) return undefined;
    return new BucketNotHere(message, code === BUCKET_MOVING);
  }
}
