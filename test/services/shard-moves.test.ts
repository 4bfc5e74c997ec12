import { Customer, register } from "../support/customers.ts";
import type { Running } from "../support/processes.ts";
import { type ShardedService, Shards } from "../support/shards.ts";
import { type RunningService, type Store, startStore } from "../support/store.ts";
import { Traffic } from "../support/traffic.ts";
import { until } from "../support/until.ts";

const MUG = 1;
const TABLES = {
  accounts: { accounts: "id", attempts: "id", erasures: "account_id" },
  orders: {
    cart_lines: "account_id",
    cart_merges: "account_id",
    orders: "id",
    outbox: "order_id",
    refunds: "order_id",
    simulated_payments: "order_id",
    simulated_refunds: "order_id",
  },
} as const;

let store: Store;
let shards: Shards;
let services: Record<ShardedService, RunningService>;
let traffic: Traffic;

beforeAll(async () => {
  store = await startStore();
  await store.postgres.query("catalog", "UPDATE products SET stock = 1000000 WHERE id = $1", [MUG]);
  shards = new Shards(store);
  await shards.add();
  await shards.add();
  services = await startServices();
  await addOldRows();
}, 180_000);

afterAll(async () => {
  traffic?.stop();
  await store?.stop();
  await shards?.stop();
});

async function startServices(): Promise<Record<ShardedService, RunningService>> {
  const [accounts, orders] = await Promise.all([shards.start("accounts"), shards.start("orders")]);
  return { accounts, orders };
}

/** What was there before: never touched by traffic, so its content can be compared. */
async function addOldRows(): Promise<void> {
  for (const server of shards.servers) {
    const bucket =
      "lpad(to_hex(bucket), 3, '0') || '-00000000-0000-4000-8000-' || lpad(n::text, 12, '0')";
    const rows = "FROM buckets, generate_series(1, 5) AS n WHERE state = 'owned'";
    await server.query(
      "accounts",
      `INSERT INTO accounts (id, email, name, password_hash)
       SELECT ${bucket}, bucket || '-' || n || '@old.example.com', E'Zoë "\\\\, (n)', '' ${rows}`,
    );
    await server.query(
      "accounts",
      `INSERT INTO attempts (id, count, next_at, forget_at)
       SELECT ${bucket}, n, now(), now() + interval '1 hour' ${rows}`,
    );
    await server.query(
      "orders",
      `INSERT INTO orders (id, account_id, idempotency_key, state, total_minor, currency, address, lines, payment_reference)
       SELECT ${bucket}, ${bucket}, 'old', 'confirmed', n * 1000, 'EUR',
              '{"name": "old", "nothing": null, "street": "\\"quoted\\""}', '[]', repeat('x', n * 50) ${rows}`,
    );
    await server.query(
      "orders",
      "INSERT INTO refunds (order_id, finished_at) SELECT id, now() FROM orders WHERE id LIKE '%1'",
    );
  }
}

/** All old rows in one text, wherever they are. */
async function oldRows(service: ShardedService): Promise<string> {
  const table = service;
  const old = service === "accounts" ? "email LIKE '%@old.example.com'" : "idempotency_key = 'old'";
  const lists = await shards.query(
    service,
    `SELECT t::text AS row FROM ${table} AS t WHERE ${old}`,
  );
  return lists
    .flat()
    .map((row) => String(row.row))
    .sort()
    .join("\n");
}

/** Rows on a shard that does not own their bucket. */
async function strayRows(service: ShardedService): Promise<number> {
  let strays = 0;
  for (const [table, id] of Object.entries(TABLES[service])) {
    const lists = await shards.query(
      service,
      `SELECT FROM ${table} WHERE left(${id}, 3) NOT IN (
         SELECT lpad(to_hex(bucket), 3, '0') FROM buckets WHERE state = 'owned')`,
    );
    strays += lists.flat().length;
  }
  return strays;
}

async function untilThirdOwns(service: ShardedService, buckets: number, mover: Running) {
  await until(`shard-3 to own ${buckets} buckets`, async () => {
    if (mover.process.exitCode !== null) throw new Error(mover.output());
    return ((await shards.owned(service))[2] ?? 0) >= buckets;
  });
}

test("a third shard under load, the mover killed twice: nothing fails, is lost or doubled", async () => {
  const before = { accounts: await oldRows("accounts"), orders: await oldRows("orders") };
  traffic = new Traffic(store, MUG);
  const running = traffic.run(services);
  await shards.add();
  const old = services;
  services = await startServices();
  expect(await shards.owned("orders")).toEqual([512, 512, 0]);
  traffic.use(services);
  await Promise.all([old.accounts.stop(), old.orders.stop()]);

  for (const service of ["orders", "accounts"] as const) {
    for (const buckets of [40, 120]) {
      const killed = await shards.command(service, "rebalance");
      await untilThirdOwns(service, buckets, killed);
      killed.process.kill("SIGKILL");
      await killed.exited;
    }
    const [, , had = 0] = await shards.owned(service);
    const mover = await shards.command(service, "rebalance");
    // With its first bucket it has the lock, and most of its work before it.
    await untilThirdOwns(service, had + 1, mover);
    // Held, so that it is still at work however long the second run takes to start.
    mover.process.kill("SIGSTOP");
    const second = await shards.command(service, "rebalance");
    const refused = await second.exited;
    mover.process.kill("SIGCONT");
    expect(refused).toBe(75);
    expect(second.output()).toContain("another run moves buckets already");
    expect(await mover.exited).toBe(0);
    expect(mover.output()).toMatch(/moved \d+ buckets with \d+ rows in .* s/);
    process.stderr.write(mover.output());
    expect((await shards.owned(service)).sort()).toEqual([341, 341, 342]);
    expect(await strayRows(service)).toBe(0);
    expect(await oldRows(service)).toBe(before[service]);
  }
  const ledger = traffic.stop();
  await running;
  process.stderr.write(`${ledger.summary()}\n`);
  expect(ledger.failures).toEqual([]);
  await ledger.check(shards);

  const again = await shards.command("orders", "rebalance");
  expect(await again.exited).toBe(0);
  expect(again.output()).toContain("every shard has its share already");
}, 300_000);

test("SIGTERM: the bucket at hand is finished, and a next run goes on", async () => {
  const mover = await shards.command("orders", "rebalance", "--without", "shard-3");
  await until("the first bucket to be moved", async () => {
    return ((await shards.owned("orders"))[2] ?? 0) < 340;
  });
  mover.process.kill("SIGTERM");
  expect(await mover.exited).toBe(75);
  expect(mover.output()).toMatch(/stopped with \d+ buckets to go/);
  const states = await shards.query("orders", "SELECT FROM buckets WHERE state <> 'owned'");
  expect(states.flat()).toEqual([]);
  const next = await shards.command("orders", "rebalance");
  expect(await next.exited).toBe(0);
});

test("a lost connection: the run goes on by itself", async () => {
  const mover = await shards.command("orders", "rebalance", "--without", "shard-3");
  for (const [index, server] of shards.servers.entries()) {
    const had = (await shards.owned("orders"))[2] ?? 0;
    await until("the next bucket to be moved", async () => {
      if (mover.process.exitCode !== null) throw new Error(mover.output());
      return ((await shards.owned("orders"))[2] ?? 0) < had;
    });
    const ended = await server.query(
      "orders",
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = 'orders' AND application_name = 'orders-buckets'`,
    );
    expect(ended).toHaveLength(1);
    await until("the loss to be told", async () => {
      return (mover.output().match(/to go, trying again/g)?.length ?? 0) > index;
    });
  }
  expect(await mover.exited).toBe(0);
  expect((await shards.owned("orders"))[2]).toBe(0);
  expect(await strayRows("orders")).toBe(0);
  const back = await shards.command("orders", "rebalance");
  expect(await back.exited).toBe(0);
});

describe("what a killed mover left", () => {
  const move = "6f0e0d6a-4d0e-4f4e-9c64-0c6f1d1c7a10";
  let customer: Customer;
  let owner: number;
  let other: number;

  beforeEach(async () => {
    const bucket = Math.floor(Math.random() * 1_024);
    customer = new Customer(bucket);
    await customer.fill(services.orders.url, MUG, 1);
    const lists = await shards.query("orders", `SELECT FROM buckets WHERE bucket = ${bucket}`);
    owner = lists.findIndex((rows) => rows.length > 0);
    other = (owner + 1) % 3;
    await shards.servers[owner]?.query(
      "orders",
      `UPDATE buckets SET state = 'moving', peer = 'shard-${other + 1}', move = '${move}' WHERE bucket = ${bucket}`,
    );
    await shards.servers[other]?.query(
      "orders",
      `INSERT INTO buckets (bucket, state, peer, move) VALUES (${bucket}, 'incoming', 'shard-${owner + 1}', '${move}')`,
    );
    await shards.servers[other]?.query(
      "orders",
      `INSERT INTO cart_lines (account_id, product_id, quantity) VALUES ('${customer.id}', ${MUG}, 1)`,
    );
  });

  afterEach(async () => {
    const { lines } = (await customer.cart(services.orders.url)).body;
    expect(lines).toEqual([{ productId: MUG, quantity: 3 }]);
    const mover = await shards.command("orders", "rebalance");
    expect(await mover.exited).toBe(0);
    expect(await strayRows("orders")).toBe(0);
    expect((await customer.cart(services.orders.url)).body.lines).toEqual(lines);
  });

  test("before the moment of truth: the source goes on", async () => {
    const started = performance.now();
    expect((await customer.fill(services.orders.url, MUG, 2)).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(500);
    const lists = await shards.query("orders", "SELECT FROM buckets WHERE state = 'moving'");
    expect(lists.flat()).toEqual([]);
  });

  test("after it: the target takes over without the mover", async () => {
    await shards.servers[owner]?.query(
      "orders",
      `UPDATE buckets SET state = 'moved' WHERE move = '${move}'`,
    );
    expect((await customer.fill(services.orders.url, MUG, 2)).status).toBe(200);
    const owned = await shards.servers[other]?.query(
      "orders",
      `SELECT quantity FROM cart_lines WHERE account_id = '${customer.id}'`,
    );
    expect(owned).toEqual([{ quantity: 3 }]);
  });
});

test("a table that the mover does not know stops it before anything is moved", async () => {
  for (const server of shards.servers) {
    await server.query("accounts", "CREATE TABLE wishes (id text)");
  }
  const { status } = await register(services.accounts.url, "still@example.com");
  expect(status).toBe(201);
  const mover = await shards.command("accounts", "rebalance");
  expect(await mover.exited).toBe(70);
  expect(mover.output()).toContain(
    "shard-1 has the tables accounts, attempts, erasures, wishes, but this program moves accounts,",
  );
});
