import { bucketOfEmail, newId } from "../../services/shared/buckets.ts";
import { type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const MUG = 1;
const ADDRESS = { name: "Ada", street: "Quay 1", postalCode: "D02", city: "Dublin", country: "IE" };
const APPROVED = "4242424242424242";
const DECLINED = "4000000000000002";
const SLOW = "4000000000000077";

let store: Store;

beforeAll(async () => {
  store = await startStore();
});

afterAll(() => store?.stop());

interface Answer {
  status: number;
  body: { id: string; state: string; reason: string | null; error?: { code: string } };
}

async function call(url: string, method: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: "Bearer service-token",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

/** The orders service takes any well-formed account: whose it is, is the storefront's business. */
class Buyer {
  readonly #id = newId(bucketOfEmail(`${crypto.randomUUID()}@example.com`));

  get #account(): string {
    return `${store.services.orders.url}/accounts/${this.#id}`;
  }

  async fill(productId: number, quantity: number): Promise<void> {
    await call(`${this.#account}/cart/lines`, "POST", { lines: [{ productId, quantity }] });
  }

  async buy(expectedTotalMinor: number, changes: Record<string, unknown> = {}): Promise<Answer> {
    return await call(`${this.#account}/orders`, "POST", {
      idempotencyKey: crypto.randomUUID(),
      expectedTotalMinor,
      address: ADDRESS,
      cardNumber: APPROVED,
      ...changes,
    });
  }

  /** As the storefront does, and people: again where there was no answer, or not the last one. */
  async buyForSure(expectedTotalMinor: number): Promise<Answer> {
    const idempotencyKey = crypto.randomUUID();
    for (;;) {
      const answer = await this.buy(expectedTotalMinor, { idempotencyKey });
      if (answer.status !== 202 && answer.status !== 503) return answer;
    }
  }

  async orders(): Promise<{ id: string; state: string; reason: string | null }[]> {
    const { body } = await call(`${this.#account}/orders`, "GET");
    return (body as unknown as { orders: { id: string; state: string; reason: string | null }[] })
      .orders;
  }

  async cart(): Promise<{ productId: number; quantity: number }[]> {
    const { body } = await call(`${this.#account}/cart`, "GET");
    return (body as unknown as { lines: { productId: number; quantity: number }[] }).lines;
  }
}

async function product(id: number): Promise<{ stock: number; price: number }> {
  const [row] = await store.postgres.query(
    "catalog",
    "SELECT stock, price_minor FROM products WHERE id = $1",
    [id],
  );
  return { stock: Number(row?.stock), price: Number(row?.price_minor) };
}

async function setStock(id: number, stock: number): Promise<void> {
  await store.postgres.query("catalog", "UPDATE products SET stock = $2 WHERE id = $1", [
    id,
    stock,
  ]);
}

test("the same key from 50 connections at once makes one order and takes the stock once", async () => {
  const before = await product(MUG);
  const buyer = new Buyer();
  await buyer.fill(MUG, 2);
  const idempotencyKey = crypto.randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => buyer.buy(before.price * 2, { idempotencyKey })),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array(50).fill(200));
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  expect(await buyer.orders()).toHaveLength(1);
  expect((await product(MUG)).stock).toBe(before.stock - 2);
});

test("different keys at once can't buy the same cart twice", async () => {
  const { price } = await product(MUG);
  const buyer = new Buyer();
  await buyer.fill(MUG, 1);
  const answers = await Promise.all(Array.from({ length: 10 }, () => buyer.buy(price)));
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  expect(answers.filter((answer) => answer.status === 409)).toHaveLength(9);
  expect(await buyer.orders()).toHaveLength(1);
});

test("200 buyers for the last 20 pieces: exactly 20 orders, and the others keep their carts", async () => {
  const id = 2;
  await setStock(id, 20);
  const { price } = await product(id);
  const buyers = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const buyer = new Buyer();
      await buyer.fill(id, 1);
      return buyer;
    }),
  );
  const answers = await Promise.all(buyers.map((buyer) => buyer.buyForSure(price)));
  const bought = answers.map(({ status, body }) => status === 200 && body.state === "confirmed");
  expect(bought.filter(Boolean)).toHaveLength(20);
  const [row] = await store.postgres.query(
    "orders",
    "SELECT count(*) FROM orders WHERE state = 'confirmed' AND lines->0->>'productId' = $1",
    [String(id)],
  );
  expect(Number(row?.count)).toBe(20);
  expect((await product(id)).stock).toBe(0);
  const carts = await Promise.all(buyers.map((buyer) => buyer.cart()));
  expect(carts.map((cart) => cart.length === 0)).toEqual(bought);
});

test("a declined payment gives the stock and the cart back", async () => {
  const before = await product(MUG);
  const buyer = new Buyer();
  await buyer.fill(MUG, 3);
  const answer = await buyer.buy(before.price * 3, { cardNumber: DECLINED });
  expect(answer.body).toMatchObject({ state: "cancelled", reason: "payment_declined" });
  expect((await product(MUG)).stock).toBe(before.stock);
  expect(await buyer.cart()).toEqual([{ productId: MUG, quantity: 3 }]);
});

test.each([
  ["a card number that can't be one", { cardNumber: "4242424242424241" }, 422, "invalid_card"],
  ["a total that the buyer didn't see", { expectedTotalMinor: 1 }, 409, "price_changed"],
  ["an address without a street", { address: { ...ADDRESS, street: " " } }, 400, "invalid_request"],
])("%s is refused and leaves no order", async (_what, change, status, code) => {
  const { price } = await product(MUG);
  const buyer = new Buyer();
  await buyer.fill(MUG, 1);
  const answer = await buyer.buy(price, change);
  expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
  expect(await buyer.orders()).toEqual([]);
  expect(await buyer.cart()).toHaveLength(1);
});

test("a release that overtakes its reservation makes the late one fail", async () => {
  const { url } = store.services.catalog;
  const orderId = newId(7);
  const before = await product(MUG);
  await call(`${url}/reservations/${orderId}/release`, "POST");
  const late = await call(`${url}/reservations`, "POST", {
    orderId,
    lines: [{ productId: MUG, quantity: 1 }],
  });
  expect(late.body.error?.code).toBe("already_released");
  expect((await product(MUG)).stock).toBe(before.stock);
});

test("reserving and releasing again and again moves the stock once", async () => {
  const { url } = store.services.catalog;
  const orderId = newId(8);
  const before = await product(MUG);
  const reservation = { orderId, lines: [{ productId: MUG, quantity: 4 }] };
  const reserve = () => call(`${url}/reservations`, "POST", reservation);
  const release = () => call(`${url}/reservations/${orderId}/release`, "POST");
  await Promise.all([reserve(), reserve(), reserve()]);
  expect((await product(MUG)).stock).toBe(before.stock - 4);
  await Promise.all([release(), release(), release()]);
  expect((await product(MUG)).stock).toBe(before.stock);
});

test("orders that a killed replica left are finished by another one", async () => {
  const before = await product(MUG);
  const buyers = Array.from({ length: 5 }, () => new Buyer());
  await Promise.all(buyers.map((buyer) => buyer.fill(MUG, 1)));
  // The slow card keeps the orders between their reservation and their payment.
  const answers = buyers.map((buyer) => buyer.buy(before.price, { cardNumber: SLOW }));
  await until("all orders to be reserved", async () => {
    const [row] = await store.postgres.query(
      "orders",
      "SELECT count(*) AS reserved FROM orders WHERE state = 'reserved'",
    );
    return Number(row?.reserved) === buyers.length;
  });
  store.services.orders.process.kill("SIGKILL");
  await Promise.allSettled(answers);
  store.services.orders = await store.start("orders");
  await until(
    "all orders to be finished",
    async () => {
      const histories = await Promise.all(buyers.map((buyer) => buyer.orders()));
      return histories.every(([order]) => order?.state === "confirmed");
    },
    30,
  );
  expect((await product(MUG)).stock).toBe(before.stock - buyers.length);
});
