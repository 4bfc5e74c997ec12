import { createHash } from "node:crypto";
import { bucketPrefix } from "../shared/buckets.ts";
import { TooManyAttemptsError } from "../shared/errors.ts";
import type { Shard } from "../shared/shard.ts";
import type { BucketDatabase, ShardedDatabase } from "../shared/sharded-database.ts";
import * as sql from "./attempt-sql.ts";

/** What is counted: a kind of attempt and by whom, in the bucket where that is looked for. */
export interface Subject {
  bucket: number;
  name: string;
}

/** After some failures, a wait before the next attempt that doubles with each one. */
export interface GuessRule {
  free: number;
  firstWaitSeconds: number;
}

const LONGEST_WAIT_SECONDS = 15 * 60;
const WINDOW_SECONDS = 60;

/**
 * Attempts, counted for all replicas in the databases where accounts are: a cache may lose what it
 * knows, and would hand out new guesses with it.
 */
export class AttemptBook {
  readonly #database: ShardedDatabase;

  constructor(database: ShardedDatabase) {
    this.#database = database;
  }

  /**
   * Makes one guess of something secret. It counts as a failure before it is made, so that many at
   * the same time are no more than many in a row; `works` wipes the count out.
   * @throws TooManyAttemptsError while the subject has to wait: nothing was tried then
   */
  async guess(subject: Subject, rule: GuessRule, works: () => Promise<boolean>): Promise<boolean> {
    const database = this.#database.bucket(subject.bucket);
    const id = idOf(subject);
    const { free, firstWaitSeconds } = rule;
    const parameters = [id, free, firstWaitSeconds, LONGEST_WAIT_SECONDS];
    const [counted] = await database.query(sql.COUNT_GUESS, parameters);
    if (!counted) throw new TooManyAttemptsError(await secondsToWait(database, id));
    // Where nobody could say whether it was right, it was no guess.
    const worked = await works().catch(async (error: unknown) => {
      await database.query(sql.TAKE_BACK, [id]).catch(() => undefined);
      throw error;
    });
    if (worked) await database.query(sql.FORGET, [id]);
    return worked;
  }

  /**
   * Counts within the current minute.
   * @throws TooManyAttemptsError if that is more than `most`
   */
  async count(subject: Subject, weight: number, most: number): Promise<void> {
    const database = this.#database.bucket(subject.bucket);
    const parameters = [idOf(subject), weight, WINDOW_SECONDS];
    const [row] = await database.query(sql.COUNT_IN_WINDOW, parameters);
    if (Number(row?.count) > most) throw new TooManyAttemptsError(Number(row?.seconds));
  }

  async forgetOld(shard: Shard): Promise<void> {
    await shard.run((database) => database.query(sql.FORGET_OLD));
  }
}

async function secondsToWait(database: BucketDatabase, id: string): Promise<number> {
  const [row] = await database.read(sql.SECONDS_TO_WAIT, [id]);
  return Math.max(1, Number(row?.seconds ?? 1));
}

function idOf({ bucket, name }: Subject): string {
  return `${bucketPrefix(bucket)}-${createHash("sha256").update(name).digest("hex")}`;
}
