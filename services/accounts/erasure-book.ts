import { bucketOfId } from "../shared/buckets.ts";
import type { Shard } from "../shared/shard.ts";
import type { BucketDatabase, ShardedDatabase } from "../shared/sharded-database.ts";
import * as sql from "./account-sql.ts";

/** No request that began while the account was there is under way any more after this. */
const LAST_PASS_SECONDS = 60;

/** Deleted accounts of which the orders service still has something to erase. */
export class ErasureBook {
  readonly #database: ShardedDatabase;

  constructor(database: ShardedDatabase) {
    this.#database = database;
  }

  /** Some of the shard's that nobody works on. */
  async findDue(shard: Shard, count: number): Promise<string[]> {
    const rows = await shard.run((database) => database.read(sql.FIND_DUE, [count]));
    return rows.map((row) => String(row.account_id));
  }

  /** Leases it to the caller for a while. @returns false if somebody was quicker */
  async claim(accountId: string, leaseSeconds: number): Promise<boolean> {
    return (await this.#of(accountId).query(sql.CLAIM_DUE, [accountId, leaseSeconds])).length > 0;
  }

  async postpone(accountId: string): Promise<void> {
    await this.#of(accountId).query(sql.POSTPONE, [accountId]);
  }

  /**
   * Notes that all was erased. What was erased soon after the deletion is erased once more later: a
   * purchase that began before may have come after it.
   * @returns whether that was the last time
   */
  async erased(accountId: string): Promise<boolean> {
    const parameters = [accountId, LAST_PASS_SECONDS];
    return await this.#of(accountId).transaction(async (transaction) => {
      if ((await transaction.query(sql.FINISH, parameters)).length > 0) return true;
      await transaction.query(sql.REPEAT, parameters);
      return false;
    });
  }

  #of(accountId: string): BucketDatabase {
    return this.#database.bucket(bucketOfId(accountId));
  }
}
