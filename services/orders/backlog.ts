import { bucketOfId } from "../shared/buckets.ts";
import type { Statement } from "../shared/database.ts";
import type { Shard } from "../shared/shard.ts";
import type { BucketDatabase, ShardedDatabase } from "../shared/sharded-database.ts";

/** While a request works on its order, no worker picks it up. */
export const LEASE_SECONDS = 15;

/** A table with one row per order that somebody has to bring to an end. */
export type BacklogTable = "outbox" | "refunds";

/** Unfinished orders, each leased for a while to whoever works on it. */
export class Backlog {
  readonly #database: ShardedDatabase;
  readonly #findDue: Statement;
  readonly #claim: Statement;
  readonly #postpone: Statement;

  constructor(database: ShardedDatabase, table: BacklogTable) {
    this.#database = database;
    this.#findDue = findDue(table);
    this.#claim = claim(table);
    this.#postpone = postpone(table);
  }

  /** Some of the shard's orders that nobody works on. */
  async findDue(shard: Shard, count: number): Promise<string[]> {
    const rows = await shard.run((database) => database.read(this.#findDue, [count]));
    return rows.map((row) => String(row.order_id));
  }

  /** Leases such an order to the caller. @returns false if somebody was quicker */
  async claim(id: string): Promise<boolean> {
    return (await this.#of(id).query(this.#claim, [id, LEASE_SECONDS])).length > 0;
  }

  /** Ends the lease: the order is due again in a moment. */
  async postpone(id: string): Promise<void> {
    await this.#of(id).query(this.#postpone, [id]);
  }

  #of(id: string): BucketDatabase {
    return this.#database.bucket(bucketOfId(id));
  }
}

// A bucket on its way has its rows on two shards; only the owner's are worked on.
function findDue(table: BacklogTable): Statement {
  return {
    name: `find-due-${table}`,
    text: `SELECT order_id FROM ${table}
           WHERE due_at <= now() AND left(order_id, 3) IN (
             SELECT lpad(to_hex(bucket), 3, '0') FROM buckets WHERE state = 'owned')
           ORDER BY due_at LIMIT $1`,
  };
}

function claim(table: BacklogTable): Statement {
  return {
    name: `claim-due-${table}`,
    text: `UPDATE ${table} SET due_at = now() + make_interval(secs => $2), attempts = attempts + 1
           WHERE order_id = $1 AND due_at <= now() RETURNING order_id`,
  };
}

function postpone(table: BacklogTable): Statement {
  return {
    name: `postpone-${table}`,
    text: `UPDATE ${table}
           SET due_at = now() + make_interval(secs => least(30, 0.5 * 2 ^ least(attempts, 10)))
           WHERE order_id = $1 AND due_at IS NOT NULL`,
  };
}
