import { Customer } from "../support/customers.ts";
import { type RunningService, type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const MUG = 1;
const SCARCE = 2;
const DECLINED = "4000000000000002";
const UNANSWERED = "4000000000000119";

let store: Store;
let replicas: RunningService[];
let bucket = 0;

beforeAll(async () => {
  store = await startStore();
  replicas = [store.services.orders, await store.start("orders")];
});

afterAll(() => store?.stop());

function replica(index: number): string {
  return replicas[index % 2]?.url ?? "";
}

async function number(database: string, sql: string): Promise<number> {
  const [row] = await store.postgres.query(database, sql);
  return Number(row?.value ?? 0);
}

/** What the replicas count, together, by the metric's name and labels. */
async function counted(): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { url } of replicas) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const [, name = "", value] of text.matchAll(/^(store_\S+) (\S+)$/gm)) {
      sums[name] = (sums[name] ?? 0) + Number(value);
    }
  }
  return sums;
}

async function untilNothingIsLeft(): Promise<void> {
  const left = "SELECT count(*) AS value FROM outbox";
  await until("nothing to be left", async () => (await number("orders", left)) === 0);
}

async function priceOf(product: number): Promise<number> {
  return await number("catalog", `SELECT price_minor AS value FROM products WHERE id = ${product}`);
}

async function filled(product: number): Promise<Customer> {
  const customer = new Customer(bucket++);
  await customer.fill(replica(0), product, 1);
  return customer;
}

async function buy(customer: Customer, product: number, changes: Record<string, string> = {}) {
  const price = await priceOf(product);
  // Each form is sent to both replicas, and once more.
  const sent = { idempotencyKey: crypto.randomUUID(), ...changes };
  const answers = await Promise.all(
    [0, 1, 0].map((index) => customer.buy(replica(index), price, sent)),
  );
  return answers[0]?.body.id ?? "";
}

test("what the replicas count is what the databases have, each change once", async () => {
  const [paid, declined, unanswered] = [await filled(MUG), await filled(MUG), await filled(MUG)];
  const id = await buy(paid, MUG);
  await buy(declined, MUG, { cardNumber: DECLINED });
  await buy(unanswered, MUG, { cardNumber: UNANSWERED });
  await buy(await filled(MUG), MUG);
  await Promise.all([0, 1, 0, 1].map((index) => paid.cancel(replica(index), id)));
  await paid.cancel(replica(1), id);
  await untilNothingIsLeft();
  const sums = await counted();
  const price = await priceOf(MUG);
  expect(sums).toMatchObject({
    'store_orders_total{state="confirmed",reason=""}': 3,
    'store_orders_total{state="cancelled",reason="payment_declined"}': 1,
    'store_orders_total{state="refunded",reason=""}': 1,
    'store_revenue_minor_total{currency="EUR"}': 3 * price,
    'store_refunds_minor_total{currency="EUR"}': price,
    store_stock_outs_total: 0,
  });
});

test("who finds something sold out is counted, before there is an order and after", async () => {
  const before = await counted();
  await store.postgres.query("catalog", `UPDATE products SET stock = 3 WHERE id = ${SCARCE}`);
  const customers = await Promise.all(Array.from({ length: 8 }, () => filled(SCARCE)));
  const late = await filled(SCARCE);
  const price = await priceOf(SCARCE);
  // Everybody sees three pieces, and nobody gets one yet.
  const row = `SELECT FROM products WHERE id = ${SCARCE} FOR UPDATE`;
  const held = await store.postgres.hold("catalog", row);
  const answers = customers.map((customer, index) => customer.buy(replica(index), price));
  const pending = "SELECT count(*) AS value FROM orders WHERE state = 'pending'";
  await until("eight orders", async () => (await number("orders", pending)) === 8);
  await held.release();
  await Promise.all(answers);
  await untilNothingIsLeft();
  expect((await late.buy(replica(0), price)).status).toBe(409);
  const after = await counted();
  const gained = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
  expect(gained('store_orders_total{state="confirmed",reason=""}')).toBe(3);
  expect(gained('store_orders_total{state="cancelled",reason="out_of_stock"}')).toBe(5);
  expect(gained("store_stock_outs_total")).toBe(5);
  expect(gained('store_checkouts_refused_total{code="insufficient_stock"}')).toBe(1);
});

test("the catalogue counts pieces, there and back", async () => {
  const text = await (await fetch(`${store.services.catalog.url}/metrics`)).text();
  const pieces = (change: string) =>
    Number(new RegExp(`store_stock_pieces_total\\{change="${change}"\\} (\\d+)`).exec(text)?.[1]);
  const held =
    "SELECT sum(quantity) AS value FROM reservations JOIN reservation_lines USING (order_id)";
  expect(pieces("reserved")).toBe(await number("catalog", held));
  expect(pieces("released")).toBe(await number("catalog", `${held} WHERE state = 'released'`));
  expect(text).toMatch(/^store_products_sold_out [1-9]/m);
});
