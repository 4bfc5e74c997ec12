import { bucketOfId } from "../shared/buckets.ts";
import type { Statement } from "../shared/database.ts";
import { ApiError } from "../shared/errors.ts";
import type { BucketDatabase, ShardedDatabase } from "../shared/sharded-database.ts";

const COUNT_UNFINISHED: Statement = {
  name: "count-unfinished-orders",
  text: `SELECT count(*) AS count FROM orders
         WHERE account_id = $1
           AND (EXISTS (SELECT FROM outbox WHERE order_id = orders.id)
             OR EXISTS (SELECT FROM refunds WHERE order_id = orders.id AND finished_at IS NULL))`,
};

// The country stays, for taxes depend on it; the rest is what an address has to have.
const ERASE_ADDRESSES: Statement = {
  name: "erase-addresses",
  text: `UPDATE orders SET address = jsonb_build_object('name', '-', 'street', '-',
           'postalCode', '-', 'city', '-', 'country', address->>'country')
         WHERE account_id = $1 RETURNING id`,
};

const ERASE_CART: Statement = {
  name: "erase-cart",
  text: "DELETE FROM cart_lines WHERE account_id = $1",
};

const ERASE_MERGES: Statement = {
  name: "erase-cart-merges",
  text: "DELETE FROM cart_merges WHERE account_id = $1",
};

/** Takes a person out of what the service keeps; orders stay, for the books. */
export class Erasure {
  readonly #database: ShardedDatabase;

  constructor(database: ShardedDatabase) {
    this.#database = database;
  }

  async countUnfinished(accountId: string): Promise<number> {
    const [row] = await this.#of(accountId).read(COUNT_UNFINISHED, [accountId]);
    return Number(row?.count);
  }

  /**
   * May be repeated.
   * @returns how many orders there are
   * @throws ApiError `orders_unfinished` (409): they are still to be delivered to somebody
   */
  async erase(accountId: string): Promise<number> {
    return await this.#of(accountId).transaction(async (transaction) => {
      const [row] = await transaction.query(COUNT_UNFINISHED, [accountId]);
      if (Number(row?.count) > 0) {
        throw new ApiError(409, "orders_unfinished", "An order is still being processed");
      }
      await transaction.query(ERASE_CART, [accountId]);
      await transaction.query(ERASE_MERGES, [accountId]);
      return (await transaction.query(ERASE_ADDRESSES, [accountId])).length;
    });
  }

  #of(accountId: string): BucketDatabase {
    return this.#database.bucket(bucketOfId(accountId));
  }
}
