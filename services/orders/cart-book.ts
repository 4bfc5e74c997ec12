import { bucketOfId } from "../shared/buckets.ts";
import type { ReservationLine } from "../shared/contracts/catalog.ts";
import { MAX_LINES, MAX_QUANTITY } from "../shared/contracts/limits.ts";
import type { Cart } from "../shared/contracts/orders.ts";
import type { Queryable } from "../shared/database.ts";
import { ApiError } from "../shared/errors.ts";
import type { BucketDatabase, ShardedDatabase } from "../shared/sharded-database.ts";

const FIND = {
  name: "find-cart",
  text: `SELECT product_id, quantity FROM cart_lines WHERE account_id = $1
         ORDER BY added_at, product_id`,
};
const LINE_COUNT = {
  name: "count-cart-lines",
  text: "SELECT count(*) AS lines FROM cart_lines WHERE account_id = $1",
};
const ADD = {
  name: "add-to-cart",
  text: `INSERT INTO cart_lines (account_id, product_id, quantity)
         SELECT $1, * FROM unnest($2::bigint[], $3::integer[])
         ON CONFLICT (account_id, product_id)
         DO UPDATE SET quantity = least(cart_lines.quantity + excluded.quantity, ${MAX_QUANTITY})`,
};
// The cookie that a guest's cart is kept in lives for a week.
const FORGET_MERGES = {
  name: "forget-cart-merges",
  text: "DELETE FROM cart_merges WHERE account_id = $1 AND merged_at < now() - interval '30 days'",
};
const RECORD_MERGE = {
  name: "record-cart-merge",
  text: `INSERT INTO cart_merges (account_id, key) VALUES ($1, $2)
         ON CONFLICT (account_id, key) DO NOTHING RETURNING key`,
};
const SET = {
  name: "set-cart-quantity",
  text: "UPDATE cart_lines SET quantity = $3 WHERE account_id = $1 AND product_id = $2",
};
const REMOVE = {
  name: "remove-cart-line",
  text: "DELETE FROM cart_lines WHERE account_id = $1 AND product_id = $2",
};

/** Members' carts. A guest's lives with the storefront until its owner signs in. */
export class CartBook {
  readonly #database: ShardedDatabase;

  constructor(database: ShardedDatabase) {
    this.#database = database;
  }

  async find(accountId: string): Promise<Cart> {
    const rows = await this.#of(accountId).read(FIND, [accountId]);
    return {
      lines: rows.map((row) => ({
        productId: Number(row.product_id),
        quantity: Number(row.quantity),
      })),
    };
  }

  /**
   * Adds what a request, or a guest's cart, brings; the same key again adds nothing.
   * @throws ApiError `cart_full` (409); the key can then be used again
   */
  async add(accountId: string, key: string, lines: readonly ReservationLine[]): Promise<Cart> {
    await this.#of(accountId).transaction(async (transaction) => {
      await transaction.query(FORGET_MERGES, [accountId]);
      const recorded = await transaction.query(RECORD_MERGE, [accountId, key]);
      if (recorded.length > 0) await add(transaction, accountId, lines);
    });
    return await this.find(accountId);
  }

  async setQuantity(accountId: string, productId: number, quantity: number): Promise<Cart> {
    if (quantity === 0) await this.#of(accountId).query(REMOVE, [accountId, productId]);
    else await this.#of(accountId).query(SET, [accountId, productId, quantity]);
    return await this.find(accountId);
  }

  #of(accountId: string): BucketDatabase {
    return this.#database.bucket(bucketOfId(accountId));
  }
}

async function add(
  transaction: Queryable,
  accountId: string,
  lines: readonly ReservationLine[],
): Promise<void> {
  const merged = new Map<number, number>();
  for (const { productId, quantity } of lines) {
    const sum = (merged.get(productId) ?? 0) + quantity;
    merged.set(productId, Math.min(sum, MAX_QUANTITY));
  }
  await transaction.query(ADD, [accountId, [...merged.keys()], [...merged.values()]]);
  const [row] = await transaction.query(LINE_COUNT, [accountId]);
  if (Number(row?.lines) > MAX_LINES) {
    throw new ApiError(409, "cart_full", `A cart holds at most ${MAX_LINES} different products`);
  }
}
