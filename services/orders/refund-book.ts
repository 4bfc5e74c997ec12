import { bucketOfId } from "../shared/buckets.ts";
import type { Statement } from "../shared/database.ts";
import type { BucketDatabase, ShardedDatabase } from "../shared/sharded-database.ts";
import { LEASE_SECONDS } from "./backlog.ts";
import type { TradeMetrics } from "./trade-metrics.ts";

const REQUEST: Statement = {
  name: "request-refund",
  text: `INSERT INTO refunds (order_id, due_at)
         SELECT id, now() + make_interval(secs => $4) FROM orders
         WHERE account_id = $1 AND id = $2 AND state = 'confirmed'
           AND created_at > now() - make_interval(mins => $3)
         ON CONFLICT (order_id) DO NOTHING RETURNING order_id`,
};

const IS_DUE: Statement = {
  name: "is-refund-due",
  text: "SELECT order_id FROM refunds WHERE order_id = $1 AND finished_at IS NULL",
};

const FINISH: Statement = {
  name: "finish-refund",
  text: `UPDATE refunds SET finished_at = now(), due_at = NULL FROM orders
         WHERE order_id = $1 AND finished_at IS NULL AND orders.id = order_id
         RETURNING total_minor, currency`,
};

/** Which confirmed orders their buyers have cancelled, and how far that is. */
export class RefundBook {
  readonly #database: ShardedDatabase;
  readonly #trade: TradeMetrics;
  readonly #minutes: number;

  /** @param minutes for how long after it was placed an order can be cancelled */
  constructor(database: ShardedDatabase, trade: TradeMetrics, minutes: number) {
    this.#database = database;
    this.#trade = trade;
    this.#minutes = minutes;
  }

  /** @returns whether this call has made the refund due, and so has its lease */
  async request(accountId: string, orderId: string): Promise<boolean> {
    const parameters = [accountId, orderId, this.#minutes, LEASE_SECONDS];
    return (await this.#of(accountId).query(REQUEST, parameters)).length > 0;
  }

  async isDue(orderId: string): Promise<boolean> {
    return (await this.#of(orderId).read(IS_DUE, [orderId])).length > 0;
  }

  async finish(orderId: string): Promise<void> {
    const [row] = await this.#of(orderId).query(FINISH, [orderId]);
    if (!row) return;
    const { total_minor: totalMinor, currency } = row;
    this.#trade.refunded({ totalMinor: Number(totalMinor), currency: String(currency) });
  }

  /** An order's id has its account's bucket. */
  #of(id: string): BucketDatabase {
    return this.#database.bucket(bucketOfId(id));
  }
}
