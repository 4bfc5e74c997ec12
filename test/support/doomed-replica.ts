import { bucketPrefix } from "../../services/shared/buckets.ts";
import { Customer } from "./customers.ts";
import { afterCommit, Halt, type Moment } from "./halt.ts";
import type { Store } from "./store.ts";

/** Where a replica of the orders service is killed: just before it writes such a row. */
export interface Spot extends Moment {
  /** Column with the order's id. */
  id: "id" | "order_id";
  /** The row is written and committed, and then the replica is killed before it tells anybody. */
  committed?: boolean;
}

export interface Books {
  /** Of the buyer's orders. */
  states: string[];
  charges: number;
  refunds: number;
  stock: number;
  /** Pieces in the cart. */
  cart: number;
}

const PIECES = 2;
const STOCK = 100;

/** A buyer of two pieces of a hundred, alone in a bucket, whose replica is killed at one spot. */
export class DoomedReplica {
  readonly #store: Store;
  /** Of bucket, product and lock. */
  readonly #number: number;
  readonly #customer: Customer;
  readonly #checkout: { idempotencyKey: string; cardNumber: string };
  #killedAt = Number.NaN;

  constructor(store: Store, number: number, cardNumber: string) {
    this.#store = store;
    this.#number = number;
    this.#customer = new Customer(number);
    this.#checkout = { idempotencyKey: crypto.randomUUID(), cardNumber };
  }

  get #survivor(): string {
    return this.#store.services.orders.url;
  }

  async prepare(): Promise<void> {
    const set = `UPDATE products SET stock = ${STOCK} WHERE id = $1`;
    await this.#store.postgres.query("catalog", set, [this.#number]);
    await this.#customer.fill(this.#survivor, this.#number, PIECES);
  }

  async buy(orders = this.#survivor): Promise<void> {
    const price = "SELECT price_minor FROM products WHERE id = $1";
    const [row] = await this.#store.postgres.query("catalog", price, [this.#number]);
    await this.#customer.buy(orders, Number(row?.price_minor) * PIECES, this.#checkout);
  }

  async cancel(orders = this.#survivor): Promise<void> {
    const { body } = await this.#customer.history(orders);
    await this.#customer.cancel(orders, body.orders[0]?.id ?? "");
  }

  /** @param ask what the replica is killed at. @throws Error if it could answer */
  async killAt(spot: Spot, ask: (orders: string) => Promise<void>): Promise<void> {
    const { postgres } = this.#store;
    const replica = await this.#store.start("orders");
    const kill = async () => {
      replica.process.kill("SIGKILL");
      await replica.exited;
    };
    const when = `left(NEW.${spot.id}, 3) = '${bucketPrefix(this.#number)}' AND ${spot.when}`;
    const halt = await Halt.before(postgres, { ...spot, when }, this.#number);
    const outcome = ask(replica.url).then(
      () => "answered",
      () => "cut off",
    );
    await halt.reached();
    if (spot.committed) {
      // Whoever answers looks at the order first.
      await afterCommit(postgres, "orders", "orders", () => halt.release(), kill);
    } else {
      await kill();
      await halt.release();
    }
    if ((await outcome) === "answered") throw new Error("the replica was killed too late");
    const [row] = await postgres.query("orders", "SELECT extract(epoch FROM now()) AS now");
    this.#killedAt = Number(row?.now);
  }

  async hasWorkLeft(): Promise<boolean> {
    const rows = await this.#orders("SELECT FROM outbox JOIN mine ON order_id = id");
    const refunds = "SELECT FROM refunds JOIN mine ON order_id = id WHERE finished_at IS NULL";
    return rows.length + (await this.#orders(refunds)).length > 0;
  }

  /** Seconds from the kill to the last change; less than 0 if that was before. */
  async secondsToEnd(): Promise<number> {
    const [row] = await this.#orders(
      `SELECT extract(epoch FROM max(greatest(updated_at, finished_at))) AS ended
       FROM mine LEFT JOIN refunds ON order_id = id`,
    );
    return Number(row?.ended) - this.#killedAt;
  }

  async books(): Promise<Books> {
    const [product] = await this.#store.postgres.query(
      "catalog",
      "SELECT stock FROM products WHERE id = $1",
      [this.#number],
    );
    const states = await this.#orders(
      `SELECT CASE WHEN finished_at IS NULL THEN state ELSE 'refunded' END AS state
       FROM mine LEFT JOIN refunds ON order_id = id`,
    );
    const prefix = `'${bucketPrefix(this.#number)}'`;
    const [sums] = await this.#orders(
      `SELECT (SELECT count(*) FROM simulated_payments
               WHERE left(order_id, 3) = ${prefix} AND outcome = 'approved') AS charges,
              (SELECT count(*) FROM simulated_refunds WHERE left(order_id, 3) = ${prefix}) AS refunds,
              (SELECT coalesce(sum(quantity), 0) FROM cart_lines
               WHERE left(account_id, 3) = ${prefix}) AS cart`,
    );
    return {
      states: states.map(({ state }) => String(state)),
      charges: Number(sums?.charges),
      refunds: Number(sums?.refunds),
      stock: Number(product?.stock),
      cart: Number(sums?.cart),
    };
  }

  async #orders(select: string): Promise<Record<string, unknown>[]> {
    const mine = `WITH mine AS (SELECT * FROM orders WHERE account_id = '${this.#customer.id}')`;
    return await this.#store.postgres.query("orders", `${mine} ${select}`);
  }
}
