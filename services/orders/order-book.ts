import { bucketOfId } from "../shared/buckets.ts";
import type { ReservationLine } from "../shared/contracts/catalog.ts";
import type {
  Address,
  Order,
  OrderLine,
  OrderPage,
  OrderState,
} from "../shared/contracts/orders.ts";
import type { Row } from "../shared/database.ts";
import { ApiError } from "../shared/errors.ts";
import type { BucketDatabase, ShardedDatabase } from "../shared/sharded-database.ts";
import { LEASE_SECONDS } from "./backlog.ts";
import * as sql from "./order-sql.ts";
import type { TradeMetrics } from "./trade-metrics.ts";

export interface NewOrder {
  id: string;
  accountId: string;
  idempotencyKey: string;
  totalMinor: number;
  currency: string;
  address: Address;
  lines: readonly OrderLine[];
  paymentToken: string;
}

/** An order on its way, with what finishing it needs. */
export interface UnfinishedOrder {
  order: Order;
  paymentToken: string;
  ageSeconds: number;
}

const PAGE_SIZE = 20;
/** The reason of an order that was given up for want of stock. */
export const OUT_OF_STOCK = "out_of_stock";

/** Orders and the changes of state that they may make. */
export class OrderBook {
  readonly #database: ShardedDatabase;
  readonly #trade: TradeMetrics;
  readonly #cancellationMinutes: number;

  /** @param cancellationMinutes for how long after it was placed an order can be cancelled */
  constructor(database: ShardedDatabase, trade: TradeMetrics, cancellationMinutes: number) {
    this.#database = database;
    this.#trade = trade;
    this.#cancellationMinutes = cancellationMinutes;
  }

  /**
   * Turns exactly these lines of the cart into a pending order, with its outbox row, in one
   * transaction: the cart can't be bought twice, whatever the keys.
   * @returns false if the key has an order already or the cart has changed since it was read
   */
  async create(order: NewOrder): Promise<boolean> {
    const ids = order.lines.map((line) => line.productId);
    const quantities = order.lines.map((line) => line.quantity);
    try {
      return await this.#of(order.accountId).transaction(async (transaction) => {
        const created = await transaction.query(sql.INSERT_ORDER, [
          order.id,
          order.accountId,
          order.idempotencyKey,
          order.totalMinor,
          order.currency,
          JSON.stringify(order.address),
          JSON.stringify(order.lines),
        ]);
        if (created.length === 0) return false;
        const taken = await transaction.query(sql.TAKE_CART, [order.accountId, ids, quantities]);
        if (taken.length !== ids.length) throw new CartChanged();
        await transaction.query(sql.INSERT_OUTBOX, [order.id, order.paymentToken, LEASE_SECONDS]);
        return true;
      });
    } catch (error) {
      if (error instanceof CartChanged) return false;
      throw error;
    }
  }

  async findByKey(accountId: string, idempotencyKey: string): Promise<Order | undefined> {
    const [row] = await this.#of(accountId).read(sql.FIND_BY_KEY, [accountId, idempotencyKey]);
    return row && this.#toOrder(row);
  }

  /** @throws ApiError `unknown_order` (404) */
  async get(accountId: string, id: string): Promise<Order> {
    const [row] = await this.#of(accountId).read(sql.FIND_ORDER, [accountId, id]);
    if (!row) throw new ApiError(404, "unknown_order", "There is no such order");
    return this.#toOrder(row);
  }

  async history(accountId: string, cursor: string | undefined): Promise<OrderPage> {
    const [before, id] = decodeCursor(cursor);
    const rows = await this.#of(accountId).read(sql.HISTORY, [
      accountId,
      before,
      id,
      PAGE_SIZE + 1,
    ]);
    const last = rows[PAGE_SIZE - 1];
    const more = rows.length > PAGE_SIZE && last !== undefined;
    return {
      orders: rows.slice(0, PAGE_SIZE).map((row) => this.#toOrder(row)),
      nextCursor: more ? encodeCursor([String(last.created_at_exact), String(last.id)]) : null,
    };
  }

  async findUnfinished(id: string): Promise<UnfinishedOrder | undefined> {
    const [row] = await this.#of(id).read(sql.FIND_UNFINISHED, [id]);
    if (!row) return undefined;
    return {
      order: this.#toOrder(row),
      paymentToken: String(row.payment_token),
      ageSeconds: Number(row.age_seconds),
    };
  }

  /**
   * A change of state that only happens once, whoever else works on the order.
   * @returns whether this call has made it
   */
  async advance(id: string, from: OrderState, to: OrderState, reason?: string): Promise<boolean> {
    const advanced = await this.#of(id).query(sql.ADVANCE, [id, from, to, reason ?? null]);
    if (advanced.length === 0) return false;
    if (reason === OUT_OF_STOCK) this.#trade.ranOut();
    return true;
  }

  /** @returns whether this call has done it */
  async confirm(id: string, paymentReference: string): Promise<boolean> {
    const row = await this.#of(id).transaction(async (transaction) => {
      const [confirmed] = await transaction.query(sql.CONFIRM, [id, paymentReference]);
      if (confirmed) await transaction.query(sql.DELETE_OUTBOX, [id]);
      return confirmed;
    });
    if (!row) return false;
    const { total_minor: totalMinor, currency } = row;
    this.#trade.confirmed({ totalMinor: Number(totalMinor), currency: String(currency) });
    return true;
  }

  /** Ends a compensated order; what was to be bought goes back into the cart. */
  async cancel(id: string): Promise<void> {
    const row = await this.#of(id).transaction(async (transaction) => {
      const [cancelled] = await transaction.query(sql.CANCEL, [id]);
      if (!cancelled) return undefined;
      await transaction.query(sql.RESTORE_CART, [id]);
      await transaction.query(sql.DELETE_OUTBOX, [id]);
      return cancelled;
    });
    if (row) this.#trade.cancelled(String(row.reason));
  }

  /** An order's id has its account's bucket. */
  #of(id: string): BucketDatabase {
    return this.#database.bucket(bucketOfId(id));
  }

  #toOrder(row: Row): Order {
    const createdAt = row.created_at as Date;
    const state = row.state as OrderState;
    const refund = refundOf(row);
    const until = new Date(createdAt.getTime() + this.#cancellationMinutes * 60_000);
    return {
      id: String(row.id),
      state,
      reason: row.reason === null ? null : String(row.reason),
      totalMinor: Number(row.total_minor),
      currency: String(row.currency),
      address: row.address as Address,
      lines: row.lines as OrderLine[],
      createdAt: createdAt.toISOString(),
      ...(refund ? { refund } : {}),
      ...(state === "confirmed" && !refund ? { cancellableUntil: until.toISOString() } : {}),
    };
  }
}

class CartChanged extends Error {}

export function toReservationLines(order: Order): ReservationLine[] {
  return order.lines.map(({ productId, quantity }) => ({ productId, quantity }));
}

function refundOf(row: Row): Order["refund"] {
  if (!row.refund_requested_at) return undefined;
  return row.refunded_at ? "done" : "under_way";
}

function encodeCursor(position: [string, string]): string {
  return Buffer.from(position.join(" ")).toString("base64url");
}

function decodeCursor(cursor: string | undefined): [string | null, string | null] {
  if (cursor === undefined) return [null, null];
  const text = Buffer.from(cursor, "base64url").toString();
  const match = /^(\d{1,17}) ([0-9a-f-]{40})$/.exec(text);
  if (!match?.[1] || !match[2]) {
    throw new ApiError(
      400,
      "invalid_cursor",
      "This page address is not valid; start from the first",
    );
  }
  return [match[1], match[2]];
}
