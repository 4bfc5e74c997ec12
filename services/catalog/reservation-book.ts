import type {
  Reservation,
  ReservationLine,
  ReservationRequest,
} from "../shared/contracts/catalog.ts";
import type { Database, Queryable } from "../shared/database.ts";
import { ApiError } from "../shared/errors.ts";
import type { Counter, Metrics } from "../shared/metrics.ts";
import type { Answers } from "./answers.ts";
import * as keys from "./keys.ts";
import * as sql from "./reservation-sql.ts";

/** Holds stock for orders. Every operation may be repeated, in any order, without harm. */
export class ReservationBook {
  readonly #database: Database;
  readonly #answers: Answers;
  readonly #pieces: Counter<"change">;

  constructor(database: Database, answers: Answers, metrics: Metrics) {
    this.#database = database;
    this.#answers = answers;
    this.#pieces = metrics.counter("store_stock_pieces_total", "Pieces reserved and given back", [
      "change",
    ]);
    metrics.gauge("store_products_sold_out", "Products without stock", async () => {
      const [row] = await database.read(sql.COUNT_SOLD_OUT);
      return Number(row?.count);
    });
  }

  /**
   * Takes the stock of all lines or of none.
   * @throws ApiError `insufficient_stock`, `unknown_product`, `already_released` or
   * `different_lines`, each with status 409.
   */
  async reserve({ orderId, lines }: ReservationRequest): Promise<Reservation> {
    const wanted = mergeLines(lines);
    const slugs = await this.#database.transaction(async (transaction) => {
      const created = await transaction.query(sql.INSERT_RESERVATION, [orderId, "held"]);
      if (created.length > 0) return await take(transaction, orderId, wanted);
      await confirmSame(transaction, orderId, wanted);
      return [];
    });
    await this.#forget(slugs);
    if (slugs.length > 0) this.#pieces.inc({ change: "reserved" }, pieces(wanted));
    return { orderId, state: "held" };
  }

  /** Gives the stock back, once; a reservation that arrives later is refused. */
  async release(orderId: string): Promise<Reservation> {
    const returned = await this.#database.transaction(async (transaction) => {
      const created = await transaction.query(sql.INSERT_RESERVATION, [orderId, "released"]);
      if (created.length > 0) return [];
      const changed = await transaction.query(sql.MARK_RELEASED, [orderId]);
      if (changed.length === 0) return [];
      await transaction.query(sql.LOCK_RESERVED_PRODUCTS, [orderId]);
      return await transaction.query(sql.RETURN_STOCK, [orderId]);
    });
    await this.#forget(returned.map((row) => String(row.slug)));
    const pieces = returned.reduce((sum, row) => sum + Number(row.quantity), 0);
    this.#pieces.inc({ change: "released" }, pieces);
    return { orderId, state: "released" };
  }

  async #forget(slugs: readonly string[]): Promise<void> {
    await this.#answers.forget(slugs.flatMap(keys.productEverywhere));
  }
}

function mergeLines(lines: readonly ReservationLine[]): Map<number, number> {
  const merged = new Map<number, number>();
  for (const { productId, quantity } of lines) {
    merged.set(productId, (merged.get(productId) ?? 0) + quantity);
  }
  return merged;
}

function pieces(wanted: ReadonlyMap<number, number>): number {
  return [...wanted.values()].reduce((sum, quantity) => sum + quantity, 0);
}

async function take(
  transaction: Queryable,
  orderId: string,
  wanted: ReadonlyMap<number, number>,
): Promise<string[]> {
  const ids = [...wanted.keys()];
  const quantities = [...wanted.values()];
  // In the order of ids, as every transaction does: no deadlocks between orders.
  const found = await transaction.query(sql.LOCK_PRODUCTS, [ids]);
  if (found.length < ids.length) {
    throw new ApiError(409, "unknown_product", "A product is no longer sold");
  }
  const short = found.find((row) => Number(row.stock) < (wanted.get(Number(row.id)) ?? 0));
  if (short) {
    throw new ApiError(
      409,
      "insufficient_stock",
      Number(short.stock) === 0
        ? `${short.name} is sold out`
        : `Only ${short.stock} of ${short.name} left`,
    );
  }
  const taken = await transaction.query(sql.TAKE_STOCK, [ids, quantities]);
  await transaction.query(sql.INSERT_LINES, [orderId, ids, quantities]);
  return taken.map((row) => String(row.slug));
}

async function confirmSame(
  transaction: Queryable,
  orderId: string,
  wanted: ReadonlyMap<number, number>,
): Promise<void> {
  const [reservation] = await transaction.query(sql.FIND_RESERVATION, [orderId]);
  if (reservation?.state !== "held") {
    throw new ApiError(409, "already_released", "This order's stock was given back already");
  }
  const held = await transaction.query(sql.FIND_LINES, [orderId]);
  const same =
    held.length === wanted.size &&
    held.every((row) => wanted.get(Number(row.product_id)) === Number(row.quantity));
  if (!same) {
    throw new ApiError(409, "different_lines", "This order holds stock for other products already");
  }
}
