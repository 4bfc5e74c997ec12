import { Customer, type OrderAnswer } from "../support/customers.ts";
import { type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const MUG = 1;

let store: Store;
let price: number;
let bucket = 0;

beforeAll(async () => {
  store = await startStore();
  const [row] = await store.postgres.query(
    "catalog",
    "SELECT price_minor FROM products WHERE id = $1",
    [MUG],
  );
  price = Number(row?.price_minor);
});

afterAll(() => store?.stop());

async function stock(): Promise<number> {
  const sql = "SELECT stock FROM products WHERE id = $1";
  const [row] = await store.postgres.query("catalog", sql, [MUG]);
  return Number(row?.stock);
}

/** What the provider's books have for the order. */
async function payments(orderId: string): Promise<unknown[]> {
  const sql = "SELECT outcome, amount_minor::integer FROM simulated_payments WHERE order_id = $1";
  const rows = await store.postgres.query("orders", sql, [orderId]);
  return rows.map(({ outcome, amount_minor }) => [outcome, amount_minor]);
}

async function pay(cardNumber: string) {
  const customer = new Customer(bucket++);
  const { url } = store.services.orders;
  await customer.fill(url, MUG, 1);
  const started = performance.now();
  const answer = await customer.buy(url, price, { cardNumber });
  const seconds = (performance.now() - started) / 1_000;
  const { id } = answer.body;
  const look = async (): Promise<OrderAnswer> => (await customer.order(url, id)).body;
  return { ...answer, id, look, seconds };
}

/** Lines of the log that the service wrote about an order. */
function said(orderId: string, message: string): Record<string, unknown>[] {
  return store.services.orders
    .output()
    .split("\n")
    .filter((line) => line.includes(orderId) && line.includes(message))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test.each([
  ["the approved card", "4242 4242 4242 4242"],
  ["any other valid card", "5555 5555 5555 4444"],
])("%s pays", async (_which, card) => {
  const before = await stock();
  const order = await pay(card);
  expect([order.status, order.body.state]).toEqual([200, "confirmed"]);
  expect(await payments(order.id)).toEqual([["approved", price]]);
  expect(await stock()).toBe(before - 1);
});

test("the card that is declined pays nothing", async () => {
  const before = await stock();
  const order = await pay("4000 0000 0000 0002");
  expect(order.body).toMatchObject({ state: "cancelled", reason: "payment_declined" });
  expect(await payments(order.id)).toEqual([["declined", price]]);
  expect(await stock()).toBe(before);
});

test("the slow card pays, in two seconds", async () => {
  const order = await pay("4000 0000 0000 0077");
  expect([order.status, order.body.state]).toEqual([200, "confirmed"]);
  expect(order.seconds).toBeGreaterThan(2);
  expect(await payments(order.id)).toEqual([["approved", price]]);
});

test("a charge without an answer is asked for again, and not made again", async () => {
  const before = await stock();
  const order = await pay("4000 0000 0000 0119");
  expect([order.status, order.body.state]).toEqual([202, "reserved"]);
  expect(await payments(order.id)).toEqual([["approved", price]]);
  await until("the log", () => said(order.id, "order not finished yet").length === 1);
  await until("the answer", async () => (await order.look()).state === "confirmed");
  expect(await payments(order.id)).toEqual([["approved", price]]);
  expect(await stock()).toBe(before - 1);
});

test("a charge without an answer, of an order that took too long, is voided", async () => {
  const before = await stock();
  const order = await pay("4000 0000 0000 0119");
  await store.postgres.query(
    "orders",
    `UPDATE orders SET created_at = now() - interval '11 minutes' WHERE id = '${order.id}'`,
  );
  await until("the end", async () => (await order.look()).state === "cancelled");
  expect((await order.look()).reason).toBe("timed_out");
  expect(await payments(order.id)).toEqual([["voided", price]]);
  expect(await stock()).toBe(before);
});

test("an answer that comes twice confirms once", async () => {
  const before = await stock();
  const order = await pay("4000 0000 0000 0259");
  expect([order.status, order.body.state]).toEqual([200, "confirmed"]);
  await until("the other answer", () => said(order.id, "payment provider spoke up").length > 0);
  expect(await payments(order.id)).toEqual([["approved", price]]);
  expect(await stock()).toBe(before - 1);
  const metrics = await (await fetch(`${store.services.orders.url}/metrics`)).text();
  const sql = "SELECT count(*) FROM orders WHERE state = 'confirmed'";
  const [row] = await store.postgres.query("orders", sql);
  expect(metrics).toContain(`store_orders_total{state="confirmed",reason=""} ${row?.count}\n`);
});
