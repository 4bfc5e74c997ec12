import { type Answer, Customer, type OrderAnswer } from "../support/customers.ts";
import { Shopper, textOf } from "../support/shopper.ts";
import { type RunningService, type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const MUG = 1;
const DECLINED = "4000000000000002";
const DELIVERY = { street: "12 Quay Street", postalCode: "D02 XY45", city: "Dublin" };

let store: Store;
let second: RunningService;
let bucket = 0;

beforeAll(async () => {
  store = await startStore();
  second = await store.start("orders");
});

afterAll(() => store?.stop());

async function query(database: string, sql: string, ...values: unknown[]) {
  return await store.postgres.query(database, sql, values);
}

async function mug(): Promise<{ stock: number; price: number }> {
  const [row] = await query(
    "catalog",
    "SELECT stock, price_minor FROM products WHERE id = $1",
    MUG,
  );
  return { stock: Number(row?.stock), price: Number(row?.price_minor) };
}

/** A buyer with one order of two mugs. */
async function bought(changes?: Record<string, string>) {
  const { price } = await mug();
  const customer = new Customer(bucket++);
  const orders = store.services.orders.url;
  await customer.fill(orders, MUG, 2);
  const { body } = await customer.buy(orders, price * 2, changes);
  const cancel = (replica = orders) => customer.cancel(replica, body.id);
  const look = async () => (await customer.order(orders, body.id)).body;
  return { id: body.id, customer, total: price * 2, cancel, look };
}

async function refunds(orderId: string): Promise<number[]> {
  const sql = "SELECT amount_minor FROM simulated_refunds WHERE order_id = $1";
  return (await query("orders", sql, orderId)).map((row) => Number(row.amount_minor));
}

function told({ status, body }: Answer<OrderAnswer>): unknown[] {
  return [status, body.error?.code ?? body.refund];
}

test("a cancelled order is refunded in full, and its stock is there again", async () => {
  const before = await mug();
  const order = await bought();
  expect(Date.parse((await order.look()).cancellableUntil ?? "")).toBeGreaterThan(Date.now());
  expect(told(await order.cancel())).toEqual([200, "done"]);
  expect(await order.look()).toMatchObject({ state: "confirmed", refund: "done" });
  expect((await order.look()).cancellableUntil).toBeUndefined();
  expect(await refunds(order.id)).toEqual([order.total]);
  expect((await mug()).stock).toBe(before.stock);
  const { orders } = store.services;
  expect((await order.customer.history(orders.url)).body.orders[0]?.refund).toBe("done");
  expect((await order.customer.cart(orders.url)).body.lines).toEqual([]);
});

test("twenty clicks at once at two replicas, and one later, are one refund", async () => {
  const before = await mug();
  const order = await bought();
  const replicas = [store.services.orders.url, second.url];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, click) => order.cancel(replicas[click % 2])),
  );
  expect(answers.map(told)).toEqual(Array(20).fill([200, "done"]));
  expect(told(await order.cancel())).toEqual([200, "done"]);
  expect(await refunds(order.id)).toEqual([order.total]);
  expect((await mug()).stock).toBe(before.stock);
});

test("requests and workers that refund the same order at once refund it once", async () => {
  const before = await mug();
  const order = await bought();
  const held = await store.postgres.hold(
    "catalog",
    `SELECT FROM products WHERE id = ${MUG} FOR UPDATE`,
  );
  const clicks = [order.cancel(), order.cancel(second.url)];
  const attempts = async () => {
    const [row] = await query(
      "orders",
      "SELECT attempts FROM refunds WHERE order_id = $1",
      order.id,
    );
    return Number(row?.attempts);
  };
  // The request has its lease; without it, a worker begins as well while the stock can't be given back.
  for (const count of [1, 2]) {
    await until("the refund to be under way", async () => (await attempts()) >= count - 1);
    await query("orders", "UPDATE refunds SET due_at = now() WHERE order_id = $1", order.id);
    await until("a worker to begin", async () => (await attempts()) >= count);
  }
  await held.release();
  await Promise.all(clicks);
  await until("the refund", async () => (await order.look()).refund === "done");
  expect(await refunds(order.id)).toEqual([order.total]);
  expect((await mug()).stock).toBe(before.stock);
});

test("with the catalogue down it is under way, and nothing in it that the release before doesn't know", async () => {
  const before = await mug();
  const order = await bought();
  const { port } = new URL(store.services.catalog.url);
  await store.services.catalog.stop();
  expect(told(await order.cancel())).toEqual([202, "under_way"]);
  expect(await order.look()).toMatchObject({ state: "confirmed", refund: "under_way" });
  expect(await query("orders", "SELECT FROM outbox WHERE order_id = $1", order.id)).toEqual([]);
  store.services.catalog = await store.start("catalog", { PORT: port });
  await until("the refund", async () => (await order.look()).refund === "done", 60);
  expect(await refunds(order.id)).toEqual([order.total]);
  expect((await mug()).stock).toBe(before.stock);
}, 120_000);

test("after half an hour it is too late; with CANCELLATION_MINUTES it is another time", async () => {
  const order = await bought();
  const age = (minutes: number) =>
    query(
      "orders",
      "UPDATE orders SET created_at = now() - make_interval(mins => $2) WHERE id = $1",
      order.id,
      minutes,
    );
  await age(31);
  expect(told(await order.cancel())).toEqual([409, "too_late_to_cancel"]);
  expect(await refunds(order.id)).toEqual([]);
  const patient = await store.start("orders", { CANCELLATION_MINUTES: "60" });
  await age(61);
  expect(told(await order.cancel(patient.url))).toEqual([409, "too_late_to_cancel"]);
  await age(59);
  expect(told(await order.cancel(patient.url))).toEqual([200, "done"]);
  expect(await refunds(order.id)).toEqual([order.total]);
  await patient.stop();
});

test("what was never confirmed, or is somebody else's, can't be cancelled", async () => {
  const declined = await bought({ cardNumber: DECLINED });
  expect(told(await declined.cancel())).toEqual([409, "not_confirmed"]);
  const order = await bought();
  const stranger = await new Customer(1).cancel(store.services.orders.url, order.id);
  expect(told(stranger)).toEqual([404, "unknown_order"]);
  expect(await refunds(order.id)).toEqual([]);
});

test("the order page offers it, asks first, and says what became of it, in both languages", async () => {
  const shopper = new Shopper(store.services.storefront.url);
  await shopper.register();
  await shopper.addToCart("harbour-stoneware-mug");
  const checkout = await shopper.get("/checkout");
  const paid = { ...DELIVERY, cardNumber: "4242424242424242" };
  const order = await shopper.submit(checkout, "/checkout", paid);
  expect(textOf(order)).toContain("Cancel this order");
  expect(textOf(order)).toContain("You get €17.00 back. This can't be undone");
  const cancelled = await shopper.submit(order, `${order.path}/cancel`);
  expect(cancelled.path).toBe(order.path);
  expect(textOf(cancelled)).toContain("This order was cancelled and refunded");
  expect(textOf(cancelled)).toContain("You got €17.00 back.");
  expect(textOf(cancelled)).not.toContain("Cancel this order");
  expect(textOf(await shopper.get("/orders"))).toContain("Refunded");
  const again = await shopper.submit(order, `${order.path}/cancel`);
  expect(textOf(again)).toContain("This order was cancelled and refunded");
  const chinese = await shopper.get(order.path, { "accept-language": "zh" });
  expect(textOf(chinese)).toContain("这个订单已取消并退款");
  const chineseHistory = await shopper.get("/orders", { "accept-language": "zh" });
  expect(textOf(chineseHistory)).toContain("已退款");
});

test("a click that comes too late is told so, and the page no longer offers it", async () => {
  const shopper = new Shopper(store.services.storefront.url);
  await shopper.register();
  await shopper.addToCart("harbour-stoneware-mug");
  const checkout = await shopper.get("/checkout");
  const order = await shopper.submit(checkout, "/checkout", {
    ...DELIVERY,
    cardNumber: "4242424242424242",
  });
  const id = order.path.replace("/orders/", "");
  await query(
    "orders",
    "UPDATE orders SET created_at = now() - interval '31 minutes' WHERE id = $1",
    id,
  );
  const refused = await shopper.submit(order, `${order.path}/cancel`);
  expect(textOf(refused)).toContain("It is too late to cancel this order.");
  expect(textOf(refused)).toContain("your order is confirmed");
  expect(textOf(refused)).not.toContain("Cancel this order");
});
