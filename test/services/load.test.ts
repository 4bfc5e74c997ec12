import { StoreFacts } from "../../load/facts.ts";
import { changeMind } from "../../load/journeys/cancellation.ts";
import { Load } from "../../load/load.ts";
import { type Before, lookBefore, verify } from "../../load/verify.ts";
import { sleep } from "../support/sleep.ts";
import { type Store, startStore } from "../support/store.ts";

/** The load generator and its books, against the store as local processes. */
describe("the load", () => {
  let store: Store;
  let facts: StoreFacts;
  let before: Before;
  let load: Load;

  beforeAll(async () => {
    store = await startStore();
    facts = new StoreFacts((_cluster, database, sql) => store.postgres.query(database, sql), {
      catalog: { cluster: "products-db", database: "catalog" },
      orders: [{ cluster: "customers-db", database: "orders" }],
    });
    before = await lookBefore(facts);
    load = new Load({
      edges: ["http://127.0.0.1:1", store.services.storefront.url],
      rate: 20,
      mix: { browse: 50, search: 20, purchase: 30 },
      seed: 7,
    });
    await load.start();
  }, 120_000);

  afterAll(async () => {
    await load?.close();
    await store?.stop();
  });

  const verdict = () => verify(load.ledger.entries, load.buyers, before, facts);

  test("keeps its rate, goes on at the address that answers, and buys", async () => {
    await sleep(6);
    const figures = await load.stop();
    const { done, refused, failed } = figures.journeys;
    expect(figures).toMatchObject({ failed: 0, failures: {} });
    expect(done + refused + failed).toBeGreaterThan(0.9 * 20 * figures.seconds);
    expect(failed).toBe(0);
    expect(figures.failedOver).toBeGreaterThan(0);
    expect(load.ledger.entries.length).toBeGreaterThan(15);
  });

  test("finds books in order where they are", async () => {
    expect((await verdict()).problems).toEqual([]);
  });

  /** Changes the orders database, looks, and changes it back. */
  async function problemsAfter(database: string, change: string, back: string): Promise<string[]> {
    await store.postgres.query(database, change);
    const { problems } = await verdict();
    await store.postgres.query(database, back);
    return problems;
  }

  test("finds an order that was lost, changed, doubled or not paid", async () => {
    const order = load.ledger.entries.find(({ confirmedAt, refunded }) => confirmedAt && !refunded);
    const id = `'${order?.orderId}'`;
    const lost = await problemsAfter(
      "orders",
      `CREATE TABLE kept AS SELECT * FROM orders WHERE id = ${id}; DELETE FROM orders WHERE id = ${id}`,
      "INSERT INTO orders SELECT * FROM kept; DROP TABLE kept",
    );
    expect(lost.join("\n")).toMatch(`order ${order?.orderId} of`);
    expect(lost.join("\n")).toMatch("is lost");
    const changed = await problemsAfter(
      "orders",
      `UPDATE orders SET total_minor = total_minor + 1 WHERE id = ${id}`,
      `UPDATE orders SET total_minor = total_minor - 1 WHERE id = ${id}`,
    );
    expect(changed.join("\n")).toMatch("but the customer saw");
    const doubled = await problemsAfter(
      "orders",
      `ALTER TABLE orders DROP CONSTRAINT orders_account_id_idempotency_key_key;
       INSERT INTO orders SELECT overlay(id PLACING 'ffff' FROM 37), account_id, idempotency_key, state, reason, total_minor,
         currency, address, lines, payment_reference, created_at, updated_at
       FROM orders WHERE id = ${id}`,
      `DELETE FROM orders WHERE id = overlay(${id} PLACING 'ffff' FROM 37);
       ALTER TABLE orders ADD UNIQUE (account_id, idempotency_key)`,
    );
    expect(doubled.join("\n")).toMatch("one purchase made the orders");
    const unpaid = await problemsAfter(
      "orders",
      `UPDATE simulated_payments SET outcome = 'voided' WHERE order_id = ${id}`,
      `UPDATE simulated_payments SET outcome = 'approved' WHERE order_id = ${id}`,
    );
    expect(unpaid.join("\n")).toMatch(/is confirmed: \d+ due, nothing paid/);
  });

  test("takes a refund for what it is, and finds one that was not made or not asked for", async () => {
    const [first, second] = load.ledger.entries.filter(
      ({ confirmedAt, refunded }) => confirmedAt && !refunded,
    );
    const buyer = load.buyers.find(({ email }) => email === first?.account);
    if (!first || !second || !buyer) throw new Error("nobody has bought anything");
    const id = first.orderId;
    const page = await buyer.visitor.get(`/orders/${id}`);
    const context = { ledger: load.ledger, signal: new AbortController().signal };
    await changeMind(context, buyer.visitor, page, first, Date.now() + 30_000);
    expect(load.ledger.entries.find(({ orderId }) => orderId === id)?.refunded).toBe(true);
    expect((await verdict()).problems).toEqual([]);
    const missing = await problemsAfter(
      "orders",
      `CREATE TABLE kept AS SELECT * FROM simulated_refunds WHERE order_id = '${id}';
       DELETE FROM simulated_refunds WHERE order_id = '${id}'`,
      "INSERT INTO simulated_refunds SELECT * FROM kept; DROP TABLE kept",
    );
    expect(missing).toEqual([`order ${id}: ${first.totalMinor} to refund, nothing was`]);
    const unasked = await problemsAfter(
      "orders",
      `INSERT INTO simulated_refunds (order_id, amount_minor) VALUES ('${second.orderId}', 5)`,
      `DELETE FROM simulated_refunds WHERE order_id = '${second.orderId}'`,
    );
    expect(unasked).toEqual([`order ${second.orderId}: nothing to refund, 5 was`]);
    const forgotten = await problemsAfter(
      "orders",
      `CREATE TABLE kept AS SELECT * FROM refunds WHERE order_id = '${id}';
       DELETE FROM refunds WHERE order_id = '${id}'`,
      "INSERT INTO refunds SELECT * FROM kept; DROP TABLE kept",
    );
    expect(forgotten.join("\n")).toMatch("was told that it is refunded, but it is not");
  });

  test("finds a piece of stock too many", async () => {
    const problems = await problemsAfter(
      "catalog",
      "UPDATE products SET stock = stock + 1 WHERE id = 1",
      "UPDATE products SET stock = stock - 1 WHERE id = 1",
    );
    expect(problems).toEqual([expect.stringMatching(/^product 1 had \d+, sold \d+, and has \d+/)]);
    expect((await verdict()).problems).toEqual([]);
  });
});
