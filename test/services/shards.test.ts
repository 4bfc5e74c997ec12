import { bucketOfEmail, bucketOfText } from "../../services/shared/buckets.ts";
import { Customer, call, register } from "../support/customers.ts";
import { freePort } from "../support/processes.ts";
import { Shards } from "../support/shards.ts";
import { type RunningService, type Store, startBundle, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const MUG = 1;
const LOW = 5;
const HIGH = 1_000;

let store: Store;
let shards: Shards;
let replicas: RunningService[];

beforeAll(async () => {
  store = await startStore();
  shards = new Shards(store);
  await shards.add();
  await shards.add();
}, 180_000);

afterAll(async () => {
  await store?.stop();
  await shards?.stop();
});

function replica(index: number): string {
  return replicas[index]?.url ?? "";
}

test("replicas that start at once on empty shards deal the buckets once, in equal parts", async () => {
  replicas = await Promise.all([shards.start("orders"), shards.start("orders")]);
  expect(await shards.owned("orders")).toEqual([512, 512]);
  const ranges = await shards.query("orders", "SELECT min(bucket), max(bucket) FROM buckets");
  expect(ranges.flat()).toEqual([
    { min: 0, max: 511 },
    { min: 512, max: 1_023 },
  ]);
  const third = await shards.start("orders");
  expect(await shards.owned("orders")).toEqual([512, 512]);
  await third.stop();
});

test("each account's rows are on the shard that owns its bucket, through any replica", async () => {
  const low = new Customer(LOW);
  const high = new Customer(HIGH);
  for (const customer of [low, high]) {
    expect((await customer.fill(replica(0), MUG, 2)).status).toBe(200);
    expect((await customer.cart(replica(1))).body.lines).toEqual([{ productId: MUG, quantity: 2 }]);
  }
  const found = await shards.query("orders", "SELECT account_id FROM cart_lines");
  expect(found).toEqual([[{ account_id: low.id }], [{ account_id: high.id }]]);
});

test("an account is found by its address as by its id", async () => {
  const accounts = await shards.start("accounts");
  const emails = ["ada@example.com", "bo@example.com", "cy@example.com", "di@example.com"];
  for (const email of emails) {
    const { status, body } = await register(accounts.url, email);
    expect(status).toBe(201);
    expect((await call(`${accounts.url}/accounts/${body.id}`)).status).toBe(200);
    const signIn = await call(`${accounts.url}/sign-ins`, "POST", {
      email,
      password: "correct horse battery",
    });
    expect(signIn.body).toMatchObject({ id: body.id });
    expect((await register(accounts.url, email.toUpperCase())).status).toBe(409);
  }
  const counts = await shards.query("accounts", "SELECT count(*) AS accounts FROM accounts");
  const low = emails.filter((email) => bucketOfEmail(email) < 512).length;
  expect(counts.flat().map((row) => Number(row.accounts))).toEqual([low, emails.length - low]);
  await accounts.stop();
});

test("an id of no bucket is refused before anything is asked", async () => {
  const id = `fff-${crypto.randomUUID()}`;
  expect((await call(`${replica(0)}/accounts/${id}/cart`)).status).toBe(400);
});

test("a bucket that was moved is found by replicas that don't know it yet", async () => {
  const high = new Customer(HIGH);
  for (const url of [replica(0), replica(1)]) await high.fill(url, MUG, 1);
  const away = await shards.command("orders", "rebalance", "--without", "shard-2");
  expect(await away.exited).toBe(0);
  expect(await shards.owned("orders")).toEqual([1_024, 0]);
  expect((await high.cart(replica(0))).body.lines).toEqual([{ productId: MUG, quantity: 2 }]);
  expect((await high.fill(replica(1), MUG, 3)).status).toBe(200);
  expect((await high.cart(replica(0))).body.lines).toEqual([{ productId: MUG, quantity: 5 }]);
  const left = await shards.servers[1]?.query("orders", "SELECT FROM cart_lines");
  expect(left).toHaveLength(0);

  const back = await shards.command("orders", "rebalance");
  expect(await back.exited).toBe(0);
  expect(await shards.owned("orders")).toEqual([512, 512]);
  const status = await shards.command("orders", "status");
  expect(await status.exited).toBe(0);
  expect(status.output()).toContain("orders: shard-2 512 buckets");
});

test("a deal that was interrupted is brought to its end by the next start", async () => {
  await shards.servers[1]?.query("accounts", "DELETE FROM buckets; DELETE FROM shard");
  await shards.query("accounts", "UPDATE shard SET complete = false");
  const accounts = await shards.start("accounts");
  expect(await shards.owned("accounts")).toEqual([512, 512]);
  await accounts.stop();
});

test("a shard that comes back with nothing owns nothing: its buckets are not made up", async () => {
  await shards.servers[1]?.query("accounts", "DELETE FROM buckets; DELETE FROM shard");
  const accounts = await shards.start("accounts");
  expect(await shards.owned("accounts")).toEqual([512, 0]);
  await accounts.stop();
  const status = await shards.command("accounts", "status");
  expect(await status.exited).toBe(1);
  expect(status.output()).toContain("512 of 1024 buckets have an owner that answers");
  const mover = await shards.command("accounts", "rebalance");
  expect(await mover.exited).toBe(70);
  expect(mover.output()).toContain("bucket 512 is owned by no shard in DATABASE_SHARDS");
});

test("exchanged names are refused: they would lead to another's buckets", async () => {
  const environment = await shards.environment("orders");
  const list = JSON.parse(environment.DATABASE_SHARDS ?? "") as { name: string }[];
  const exchanged = list.map((shard, index) => ({ ...shard, name: `shard-${2 - index}` }));
  const running = startBundle("orders", {
    ...environment,
    PORT: String(await freePort()),
    DATABASE_SHARDS: JSON.stringify(exchanged),
  });
  expect(await running.exited).toBe(1);
  expect(running.output()).toContain("give it its old name back");
});

test("a dead shard takes only its own buckets with it, at a start too", async () => {
  const low = new Customer(LOW);
  const high = new Customer(HIGH);
  await shards.servers[1]?.stop();
  replicas.push(await shards.start("orders"));
  for (const { url } of replicas) {
    expect((await call(`${url}/readyz`)).status).toBe(200);
    const started = performance.now();
    const refused = await high.fill(url, MUG, 1);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("2");
    // Until it is known to be more than a change of hands, a request waits for five seconds.
    expect(performance.now() - started).toBeLessThan(7_000);
    expect((await low.fill(url, MUG, 1)).status).toBe(200);
  }
  const status = await shards.command("orders", "status");
  expect(await status.exited).toBe(1);
  expect(status.output()).toContain("orders: shard-2 does not answer");
  const accounts = await shards.start("accounts");
  const email = "ada@example.com";
  const client = { address: addressCountedElsewhere(), devices: [] };
  const person = { email, password: "correct horse battery", client };
  expect(bucketOfEmail(email)).toBeLessThan(512);
  expect((await call(`${accounts.url}/sign-ins`, "POST", person)).status).toBe(200);
  const noted = () => accounts.output().includes("a client's attempts can't be counted");
  await until("the log", noted);
  await accounts.stop();
  await shards.servers[0]?.stop();
  for (const { url } of replicas) expect((await call(`${url}/readyz`)).status).toBe(503);
});

/** A client whose attempts the second half of the buckets has. */
function addressCountedElsewhere(): string {
  for (let last = 1; ; last += 1) {
    const address = `192.0.2.${last}`;
    if (bucketOfText(`client ${address}`) >= 512) return address;
  }
}
