import { bucketOfId } from "../../services/shared/buckets.ts";
import { pause } from "../../services/shared/wait.ts";
import { Customer, register } from "./customers.ts";
import type { ShardedService, Shards } from "./shards.ts";
import type { RunningService, Store } from "./store.ts";

type Services = Record<ShardedService, RunningService>;

const SHOPPERS = 4;

/** People who register, fill carts and buy, without a pause; every answer is kept. */
export class Traffic {
  readonly #store: Store;
  readonly #product: number;
  readonly #ledger = new Ledger();
  #services: Services | undefined;
  #stopping = false;

  constructor(store: Store, product: number) {
    this.#store = store;
    this.#product = product;
  }

  /** Ends after `stop`. */
  async run(services: Services): Promise<void> {
    this.#services = services;
    const [row] = await this.#store.postgres.query(
      "catalog",
      "SELECT price_minor FROM products WHERE id = $1",
      [this.#product],
    );
    const price = Number(row?.price_minor);
    const shoppers = Array.from({ length: SHOPPERS }, () => this.#repeat(() => this.#shop(price)));
    await Promise.all([...shoppers, this.#repeat(() => this.#register())]);
  }

  /** From the next request on. */
  use(services: Services): void {
    this.#services = services;
  }

  stop(): Ledger {
    this.#stopping = true;
    return this.#ledger;
  }

  async #repeat(work: () => Promise<void>): Promise<void> {
    while (!this.#stopping) {
      await work().catch((error: unknown) => this.#ledger.failures.push(String(error)));
    }
  }

  #url(service: ShardedService): string {
    return this.#services?.[service].url ?? "";
  }

  async #shop(price: number): Promise<void> {
    const customer = new Customer(Math.floor(Math.random() * 1_024));
    const expected = new Expected(customer);
    this.#ledger.customers.push(expected);
    for (let round = 0; round < 3; round += 1) {
      const filled = await customer.fill(this.#url("orders"), this.#product, 1);
      this.#ledger.note("cart write", filled.status, 200);
      const order = await customer.buy(this.#url("orders"), price);
      this.#ledger.note("purchase", order.status, 200);
      if (order.status === 200) expected.orders.push(order.body.id);
      const history = await customer.history(this.#url("orders"));
      this.#ledger.note("history", history.status, 200);
      const seen = history.body.orders?.map(({ id }) => id).sort();
      if (seen?.join() !== [...expected.orders].sort().join()) {
        this.#ledger.failures.push(`${customer.id} sees other orders than it has made`);
      }
    }
    const filled = await customer.fill(this.#url("orders"), this.#product, 2);
    this.#ledger.note("cart write", filled.status, 200);
  }

  async #register(): Promise<void> {
    const email = `${crypto.randomUUID()}@example.com`;
    const { status, body } = await register(this.#url("accounts"), email);
    // A password's hash takes a core for a while; the others shall have some of it.
    await pause(100);
    this.#ledger.note("registration", status, 201);
    if (status === 201) this.#ledger.accounts.push(body.id);
  }
}

class Expected {
  readonly customer: Customer;
  readonly orders: string[] = [];

  constructor(customer: Customer) {
    this.customer = customer;
  }
}

/** What was acknowledged, to be compared with what the shards have. */
export class Ledger {
  readonly customers: Expected[] = [];
  readonly accounts: string[] = [];
  readonly failures: string[] = [];
  readonly #answers = new Map<string, number>();

  note(what: string, status: number, wanted: number): void {
    this.#answers.set(what, (this.#answers.get(what) ?? 0) + 1);
    if (status !== wanted) this.failures.push(`${what}: ${status}`);
  }

  summary(): string {
    const answers = [...this.#answers].map(([what, count]) => `${count} × ${what}`).join(", ");
    return `${answers}; ${this.failures.length} failed`;
  }

  /** @throws Error unless everything acknowledged is there once and nothing else is. */
  async check(shards: Shards): Promise<void> {
    const orders = this.customers.flatMap((expected) => expected.orders);
    const confirmed =
      "SELECT id FROM orders WHERE idempotency_key <> 'old' AND state = 'confirmed'";
    same("orders", orders, ids(await shards.query("orders", confirmed)));
    const all = "SELECT id FROM orders WHERE idempotency_key <> 'old'";
    same("orders of any state", orders, ids(await shards.query("orders", all)));
    const paid = "SELECT order_id AS id FROM simulated_payments WHERE outcome = 'approved'";
    same("payments", orders, ids(await shards.query("orders", paid)));
    same(
      "unfinished orders",
      [],
      ids(await shards.query("orders", "SELECT order_id AS id FROM outbox")),
    );
    const accounts = "SELECT id FROM accounts WHERE email NOT LIKE '%@old.example.com'";
    same("accounts", this.accounts, ids(await shards.query("accounts", accounts)));
    const carts = "SELECT account_id AS id FROM cart_lines WHERE quantity = 2";
    const filled = this.customers.map(({ customer }) => customer.id);
    same("carts", filled, ids(await shards.query("orders", carts)));
    const buckets = new Set(orders.map(bucketOfId));
    if (buckets.size < 100) throw new Error(`traffic only reached ${buckets.size} buckets`);
  }
}

function ids(lists: readonly Record<string, unknown>[][]): string[] {
  return lists.flat().map((row) => String(row.id));
}

function same(what: string, expected: readonly string[], found: readonly string[]): void {
  if ([...expected].sort().join() === [...found].sort().join()) return;
  const missing = expected.filter((id) => !found.includes(id));
  const extra = found.filter((id, at) => !expected.includes(id) || found.indexOf(id) !== at);
  throw new Error(
    `${what}: ${missing.length} of ${expected.length} missing, ${extra.length} too many or doubled: ` +
      [...missing, ...extra].slice(0, 5).join(", "),
  );
}
