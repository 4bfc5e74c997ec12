import { Members, PASSWORD } from "../support/members.ts";
import { textOf } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const MUG = "harbour-stoneware-mug";
const ADMIN = "boss@example.com";

let store: Store;
let members: Members;

beforeAll(async () => {
  store = await startStore({ ADMIN_EMAILS: ADMIN });
  members = new Members(store);
}, 180_000);

afterAll(() => store?.stop());

async function ordersOf(accountId: unknown) {
  const sql = "SELECT id, state, total_minor, lines, address FROM orders WHERE account_id = $1";
  return await store.postgres.query("orders", sql, [accountId]);
}

async function untilErased(accountId: unknown): Promise<void> {
  await until("the orders to be erased", async () => {
    const orders = await ordersOf(accountId);
    return orders.every(({ address }) => (address as { name: string }).name === "-");
  });
}

test("deletion erases the person everywhere, keeps what was bought, and lets one come back", async () => {
  const { shopper, email } = await members.join();
  const { shopper: other } = await members.signIn(email);
  expect(textOf(await members.buy(shopper, MUG))).toContain("your order is confirmed");
  await shopper.addToCart(MUG);
  const { id } = (await members.accountOf(email)) ?? {};
  const before = await ordersOf(id);
  const farewell = await members.deleteAccount(shopper, { password: PASSWORD });
  expect(textOf(farewell)).toContain("Your account is deleted.");
  expect((await shopper.get("/account")).path).toMatch(/^\/sign-in/);
  expect((await other.get("/orders")).path).toMatch(/^\/sign-in/);
  expect(await members.accountOf(email)).toBeUndefined();

  await untilErased(id);
  const after = await ordersOf(id);
  expect(after).toEqual(
    before.map((order) => ({
      ...order,
      address: { name: "-", street: "-", postalCode: "-", city: "-", country: "IE" },
    })),
  );
  const carts = "SELECT FROM cart_lines WHERE account_id = $1";
  expect(await store.postgres.query("orders", carts, [id])).toEqual([]);
  const dump = await store.postgres.query(
    "accounts",
    `SELECT string_agg(t::text, ' ') AS everything
     FROM (SELECT a::text FROM accounts AS a UNION ALL SELECT e::text FROM erasures AS e
           UNION ALL SELECT t::text FROM attempts AS t) AS t`,
  );
  expect(String(dump[0]?.everything)).not.toContain(email);

  const again = await members.join("Ada Again", email);
  expect((await again.shopper.get("/account")).html).toContain("Ada Again");
  expect(textOf(await again.shopper.get("/orders"))).toContain("No orders yet");
  expect((await members.accountOf(email))?.id).not.toBe(id);
});

test("deletion needs the password and a yes", async () => {
  const { shopper, email } = await members.join();
  const unconfirmed = await members.deleteAccount(shopper, { password: PASSWORD, confirm: "" });
  expect([unconfirmed.status, textOf(unconfirmed)]).toEqual([
    422,
    expect.stringContaining("Please confirm"),
  ]);
  const wrong = await members.deleteAccount(shopper, { password: "not my password" });
  expect([wrong.status, textOf(wrong)]).toEqual([
    422,
    expect.stringContaining("This is not your current password."),
  ]);
  expect(await members.accountOf(email)).toBeDefined();
  expect((await shopper.get("/account")).status).toBe(200);
});

test("an administrator's address does not become free for whoever comes next", async () => {
  const { shopper, email } = await members.join("The Boss", ADMIN);
  const answer = await members.deleteAccount(shopper, { password: PASSWORD });
  expect([answer.status, textOf(answer)]).toEqual([
    422,
    expect.stringContaining("You are an administrator"),
  ]);
  expect(await members.accountOf(email)).toBeDefined();
});

test("deletion is refused while an order is on its way", async () => {
  const { shopper, email } = await members.join();
  const { id } = (await members.accountOf(email)) ?? {};
  const order = `${String(id).slice(0, 3)}-${crypto.randomUUID()}`;
  await addUnfinishedOrder(order, id);
  const answer = await members.deleteAccount(shopper, { password: PASSWORD });
  expect([answer.status, textOf(answer)]).toEqual([
    422,
    expect.stringContaining("still being processed"),
  ]);
  expect(await members.accountOf(email)).toBeDefined();
  await finish(order);
  const done = await members.deleteAccount(shopper, { password: PASSWORD });
  expect(textOf(done)).toContain("Your account is deleted.");
  await untilErased(id);
});

test("a deletion that was cut short is finished by a worker, once a late order has ended", async () => {
  const { email } = await members.join();
  const { id } = (await members.accountOf(email)) ?? {};
  const order = `${String(id).slice(0, 3)}-${crypto.randomUUID()}`;
  await addUnfinishedOrder(order, id);
  // What is there when a replica was killed right after it had deleted the account.
  await store.postgres.query("accounts", "DELETE FROM accounts WHERE id = $1", [id]);
  await store.postgres.query("accounts", "INSERT INTO erasures (account_id) VALUES ($1)", [id]);
  await until("a first attempt", async () => {
    const sql = "SELECT attempts FROM erasures WHERE account_id = $1 AND attempts > 0";
    return (await store.postgres.query("accounts", sql, [id])).length > 0;
  });
  const [waiting] = await ordersOf(id);
  expect(waiting?.address).toMatchObject({ street: "Quay 1" });
  await finish(order);
  await untilErased(id);
});

test("what was erased is looked at once more after a minute, for what was still under way", async () => {
  const { email } = await members.join();
  const { id } = (await members.accountOf(email)) ?? {};
  await store.postgres.query("accounts", "DELETE FROM accounts WHERE id = $1", [id]);
  await store.postgres.query("accounts", "INSERT INTO erasures (account_id) VALUES ($1)", [id]);
  const planned = () =>
    store.postgres.query(
      "accounts",
      `SELECT FROM erasures WHERE account_id = $1 AND due_at = deleted_at + interval '1 minute'`,
      [id],
    );
  await until("the first erasure", async () => (await planned()).length > 0);
  const order = `${String(id).slice(0, 3)}-${crypto.randomUUID()}`;
  await addUnfinishedOrder(order, id);
  await finish(order);
  await store.postgres.query(
    "accounts",
    `UPDATE erasures SET deleted_at = deleted_at - interval '1 minute',
       due_at = due_at - interval '1 minute' WHERE account_id = $1`,
    [id],
  );
  await untilErased(id);
  const left = "SELECT FROM erasures WHERE account_id = $1";
  await until("the erasure to be done", async () => {
    return (await store.postgres.query("accounts", left, [id])).length === 0;
  });
});

test("while orders can't be asked, nothing is deleted and the form can be sent again", async () => {
  const { shopper, email } = await members.join();
  const page = await shopper.get("/account/deletion");
  const { orders } = store.services;
  await orders.stop();
  const form = () => shopper.submit(page, "/account/deletion", { password: PASSWORD });
  expect((await form()).status).toBe(503);
  expect(await members.accountOf(email)).toBeDefined();
  await store.start("orders", { PORT: new URL(orders.url).port });
  await until("the deletion", async () => (await form()).status === 200);
  expect(await members.accountOf(email)).toBeUndefined();
});

async function addUnfinishedOrder(order: string, accountId: unknown): Promise<void> {
  const address = {
    name: "Ada",
    street: "Quay 1",
    postalCode: "1",
    city: "Dublin",
    country: "IE",
  };
  await store.postgres.query(
    "orders",
    `INSERT INTO orders (id, account_id, idempotency_key, state, total_minor, currency, address, lines)
     VALUES ($1, $2, $1, 'reserved', 1700, 'EUR', $3, '[]')`,
    [order, accountId, JSON.stringify(address)],
  );
  await store.postgres.query(
    "orders",
    "INSERT INTO outbox (order_id, payment_token, due_at) VALUES ($1, 'approved', now() + interval '1 hour')",
    [order],
  );
}

async function finish(order: string): Promise<void> {
  await store.postgres.query("orders", "DELETE FROM outbox WHERE order_id = $1", [order]);
  await store.postgres.query("orders", "UPDATE orders SET state = 'confirmed' WHERE id = $1", [
    order,
  ]);
}
