import { hostname } from "node:os";
import { freePort, untilWritten } from "../support/processes.ts";
import { Shopper, textOf } from "../support/shopper.ts";
import { type Store, startBundle, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

let store: Store;

beforeAll(async () => {
  store = await startStore();
});

afterAll(() => store?.stop());

async function status(url: string): Promise<number> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(8_000) });
  await answer.arrayBuffer();
  return answer.status;
}

test("replicas that start together on an empty database migrate and seed it once", async () => {
  await store.postgres.createDatabase("fresh", "catalog-password");
  const changes = { DATABASE_NAME: "fresh", DATABASE_USER: "fresh" };
  const replicas = await Promise.all([1, 2, 3].map(() => store.start("catalog", changes)));
  const [row] = await store.postgres.query("fresh", "SELECT count(*) AS products FROM products");
  expect(Number(row?.products)).toBe(240);
  await Promise.all(replicas.map((replica) => replica.stop()));
  const seeded = replicas.filter((replica) => replica.output().includes("catalogue seeded"));
  expect(seeded).toHaveLength(1);
});

test("a service that starts before its database waits, and says so once", async () => {
  const port = await freePort();
  const service = startBundle("accounts", {
    ...store.environment("accounts"),
    PORT: String(port),
    DATABASE_NAME: "later",
  });
  const url = `http://127.0.0.1:${port}`;
  await until("the service to wait", () => service.output().includes("waiting for the database"));
  expect(await status(`${url}/healthz`)).toBe(200);
  expect(await status(`${url}/readyz`)).toBe(503);
  await store.postgres.query("postgres", "CREATE DATABASE later OWNER accounts");
  await until("the service to be ready", async () => (await status(`${url}/readyz`)) === 200);
  expect(service.output().match(/waiting for the database/g)).toHaveLength(1);
  service.process.kill("SIGTERM");
  expect(await service.exited).toBe(0);
});

test("connections that the database shut are replaced without a failed page", async () => {
  const shopper = new Shopper(store.services.storefront.url);
  for (let round = 0; round < 3; round += 1) {
    await store.postgres.query(
      "postgres",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('catalog', 'orders')",
    );
    expect((await shopper.get("/search?q=lamp")).status).toBe(200);
    expect((await shopper.get("/products?sort=name")).status).toBe(200);
  }
});

test("no connection that is cut, whatever it was doing, ends a service", async () => {
  const shopper = new Shopper(store.services.storefront.url);
  await shopper.register();
  let cutting = true;
  const cut = async () => {
    while (cutting) {
      await store.postgres.query(
        "postgres",
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE usename IN ('catalog', 'orders') AND state <> 'idle'`,
      );
    }
  };
  const shop = async () => {
    for (let round = 0; round < 15; round += 1) {
      const { status: answered } = await shopper.addToCart("harbour-stoneware-mug");
      expect([200, 503]).toContain(answered);
    }
  };
  const cuts = cut();
  await Promise.all([shop(), shop()]).finally(() => {
    cutting = false;
  });
  await cuts;
  const { catalog, orders } = store.services;
  for (const { url } of [catalog, orders]) {
    await until("the service to be ready", async () => (await status(`${url}/readyz`)) === 200);
  }
  expect([catalog.process.exitCode, orders.process.exitCode]).toEqual([null, null]);
});

test("connections that lead to a standby are given up as soon as one refuses to write", async () => {
  const shopper = new Shopper(store.services.storefront.url);
  await shopper.register();
  const admin = (sql: string) => store.postgres.query("postgres", sql);
  // New connections only read, as if the address led to a demoted primary; they stay pooled.
  await admin("ALTER DATABASE orders SET default_transaction_read_only = on");
  await admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'orders'");
  expect((await shopper.addToCart("harbour-stoneware-mug")).status).toBe(503);
  await admin("ALTER DATABASE orders RESET default_transaction_read_only");
  for (let round = 0; round < 5; round += 1) {
    expect((await shopper.addToCart("harbour-stoneware-mug")).status).toBe(200);
  }
});

test("SIGTERM: not ready at once, but still serving without a failure", async () => {
  const replica = await store.start("storefront", { DRAIN_SECONDS: "2" });
  const shopper = new Shopper(replica.url);
  replica.process.kill("SIGTERM");
  await until("readiness to end", async () => (await status(`${replica.url}/readyz`)) === 503);
  const page = await shopper.get("/products");
  expect(page.status).toBe(200);
  expect(page.headers.get("connection")).toBe("close");
  const almostOver = performance.now() + 1_500;
  let served = 0;
  while (performance.now() < almostOver) {
    const { status: answered } = await shopper.get("/products");
    expect(answered).toBe(200);
    served += 1;
  }
  expect(served).toBeGreaterThan(5);
  expect(await replica.exited).toBe(0);
});

test("an order in payment is finished before its replica ends", async () => {
  const shopper = new Shopper(store.services.storefront.url);
  await shopper.register();
  await shopper.addToCart("harbour-stoneware-mug");
  const order = shopper.buyCart("4000 0000 0000 0077");
  await until("the order to be reserved", async () => {
    const rows = await store.postgres.query(
      "orders",
      "SELECT 1 FROM orders WHERE state = 'reserved'",
    );
    return rows.length > 0;
  });
  const orders = store.services.orders;
  orders.process.kill("SIGTERM");
  const port = new URL(orders.url).port;
  expect(await orders.exited).toBe(0);
  const rows = await store.postgres.query(
    "orders",
    "SELECT 1 FROM orders WHERE state = 'confirmed'",
  );
  expect(rows).toHaveLength(1);
  store.services.orders = await store.start("orders", { PORT: port });
  expect(textOf(await order)).toContain("your order is confirmed");
});

test("without the cache everything is served, only slower", async () => {
  const shopper = new Shopper(store.services.storefront.url);
  await store.cache.stop();
  for (const path of ["/", "/products?sort=price-asc", "/search?q=mug", "/category/desk"]) {
    const started = performance.now();
    expect((await shopper.get(path)).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(2_000);
  }
  expect(await status(`${store.services.catalog.url}/readyz`)).toBe(200);
  await untilWritten(store.services.catalog, "cache not answering");
});

test("a storefront that never saw the catalogue doesn't say that a category is not there", async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const { url } = await store.start("storefront", { CATALOG_URL: nobody });
  expect(await status(`${url}/category/desk`)).toBe(503);
  expect(await status(`${url}/sign-in`)).toBe(200);
});

test("a peer that is down: a page that says so, with Retry-After, and the rest goes on", async () => {
  const { storefront, catalog, accounts } = store.services;
  await accounts.stop();
  const shopper = new Shopper(storefront.url);
  const form = await shopper.get("/sign-in");
  const fields = { email: "ada@example.com", password: "correct horse battery" };
  const refused = await shopper.submit(form, "/sign-in", fields);
  expect(refused.status).toBe(503);
  expect((await shopper.get("/products")).status).toBe(200);
  await catalog.stop();
  let page = await shopper.get("/products");
  await until("what was kept of the catalogue to be too old", async () => {
    page = await shopper.get("/products");
    return page.status === 503;
  });
  expect(page.headers.get("retry-after")).toBeTruthy();
  expect(textOf(page)).toContain("Just a moment");
  expect(await status(`${storefront.url}/readyz`)).toBe(200);
  expect(page.headers.get("x-served-by")).toBe(hostname());
});
