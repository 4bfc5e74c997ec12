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
import type { Shard } from "../shared/shard.ts";
import type { BucketDatabase, ShardedDatabase } from "../shared/sharded-database.ts";
import * as sql from "./order-sql.ts";

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

/** Orders and the changes of state that they may make. */
export class OrderBook {
  readonly #database: ShardedDatabase;

  constructor(database: ShardedDatabase) {
    this.#database = database;
  }

  /**
   * Turns exactly these lines of the cart into a pending order, with its outbox row, in one
   * transaction: the cart can't be bought twice, whatever the keys.
   * @returns false if the key has an order already or the cart has changed since it was read
   */
  async create(order: NewOrder, leaseSeconds: number): Promise<boolean> {
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
        await transaction.query(sql.INSERT_OUTBOX, [order.id, order.paymentToken, leaseSeconds]);
        return true;
      });
    } catch (error) {
      if (error instanceof CartChanged) return false;
      throw error;
    }
  }

  async findByKey(accountId: string, idempotencyKey: string): Promise<Order | undefined> {
    const [row] = await this.#of(accountId).read(sql.FIND_BY_KEY, [accountId, idempotencyKey]);
    return row && toOrder(row);
  }

  async find(accountId: string, id: string): Promise<Order | undefined> {
    const [row] = await this.#of(accountId).read(sql.FIND_ORDER, [accountId, id]);
    return row && toOrder(row);
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
      orders: rows.slice(0, PAGE_SIZE).map(toOrder),
      nextCursor: more ? encodeCursor([String(last.created_at_exact), String(last.id)]) : null,
    };
  }

  async findUnfinished(id: string): Promise<UnfinishedOrder | undefined> {
    const [row] = await this.#of(id).read(sql.FIND_UNFINISHED, [id]);
    if (!row) return undefined;
    return {
      order: toOrder(row),
      paymentToken: String(row.payment_token),
      ageSeconds: Number(row.age_seconds),
    };
  }

  /** A change of state that only happens once, whoever else works on the order. */
  async advance(id: string, from: OrderState, to: OrderState, reason?: string): Promise<void> {
    await this.#of(id).query(sql.ADVANCE, [id, from, to, reason ?? null]);
  }

  async confirm(id: string, paymentReference: string): Promise<void> {
    await this.#of(id).transaction(async (transaction) => {
      const confirmed = await transaction.query(sql.CONFIRM, [id, paymentReference]);
      if (confirmed.length > 0) await transaction.query(sql.DELETE_OUTBOX, [id]);
    });
  }

  /** Ends a compensated order; what was to be bought goes back into the cart. */
  async cancel(id: string): Promise<void> {
    await this.#of(id).transaction(async (transaction) => {
      const cancelled = await transaction.query(sql.CANCEL, [id]);
      if (cancelled.length === 0) return;
      await transaction.query(sql.RESTORE_CART, [id]);
      await transaction.query(sql.DELETE_OUTBOX, [id]);
    });
  }

  /** Some of the shard's orders that nobody works on. */
  async findDue(shard: Shard, count: number): Promise<string[]> {
    const rows = await shard.run((database) => database.read(sql.FIND_DUE, [count]));
    return rows.map((row) => String(row.order_id));
  }

  /** Leases such an order to the caller for a while. @returns false if somebody was quicker */
  async claim(id: string, leaseSeconds: number): Promise<boolean> {
    return (await this.#of(id).query(sql.CLAIM_DUE, [id, leaseSeconds])).length > 0;
  }

  async postpone(id: string): Promise<void> {
    await this.#of(id).query(sql.POSTPONE, [id]);
  }

  /** An order's id has its account's bucket. */
  #of(id: string): BucketDatabase {
    return this.#database.bucket(bucketOfId(id));
  }
}

class CartChanged extends Error {}

export function toReservationLines(order: Order): ReservationLine[] {
  return order.lines.map(({ productId, quantity }) => ({ productId, quantity }));
}

function toOrder(row: Row): Order {
  return {
    id: String(row.id),
    state: row.state as OrderState,
    reason: row.reason === null ? null : String(row.reason),
    totalMinor: Number(row.total_minor),
    currency: String(row.currency),
    address: row.address as Address,
    lines: row.lines as OrderLine[],
    createdAt: (row.created_at as Date).toISOString(),
  };
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
