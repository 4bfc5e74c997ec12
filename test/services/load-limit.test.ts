import { connect } from "node:net";
import { Shopper } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const LIMIT = 10;

let store: Store;

beforeAll(async () => {
  store = await startStore({ MAX_IN_FLIGHT: String(LIMIT) });
}, 180_000);

afterAll(() => store?.stop());

/** A request for a purchase of which the rest never comes, until it is let go. */
function hold(origin: string): () => void {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write(
    "POST /checkout HTTP/1.1\r\nHost: store\r\nContent-Length: 100\r\n" +
      "Content-Type: application/x-www-form-urlencoded\r\n\r\nx",
  );
  return () => socket.destroy();
}

async function metric(origin: string, name: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
}

async function inFlight(origin: string): Promise<number> {
  return await metric(origin, "http_requests_in_flight");
}

test("too many requests are refused at once, purchases last, and none is forgotten", async () => {
  const origin = store.services.storefront.url;
  const shopper = new Shopper(origin);
  const cart = await shopper.addToCart("harbour-stoneware-mug");
  const holds = Array.from({ length: LIMIT - 2 }, () => hold(origin));
  await until("the held requests to count", async () => (await inFlight(origin)) === LIMIT - 2);

  const started = performance.now();
  const refused = await shopper.get("/products");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
  expect(refused.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(performance.now() - started).toBeLessThan(1_000);
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  // Its answer leads to a page, which is refused; the change itself was made.
  const changed = await shopper.submit(cart, "/cart/update", { quantity: "3" });
  expect(changed.path).toBe("/cart");

  holds.push(hold(origin), hold(origin));
  await until("the limit to be reached", async () => (await inFlight(origin)) === LIMIT);
  expect((await shopper.post("/cart/add", {})).status).toBe(503);
  expect(await metric(origin, "http_requests_refused_total")).toBeGreaterThanOrEqual(2);

  // Clients that go away before their answer free their place.
  for (const letGo of holds) letGo();
  await until("the places to be free", async () => (await inFlight(origin)) === 0);
  expect((await shopper.get("/cart")).html).toContain("3 pieces");
});

test("a client that sends its request too slowly is cut off, others don't notice", async () => {
  const origin = store.services.storefront.url;
  const { hostname, port } = new URL(origin);
  const slow = connect(Number(port), hostname);
  let closed = false;
  slow.on("close", () => {
    closed = true;
  });
  slow.on("error", () => undefined);
  slow.on("data", () => undefined);
  slow.write("GET / HTTP/1.1\r\nHost: store\r\n");
  const dripping = setInterval(() => slow.write("X-Drip: 1\r\n"), 1_000);
  try {
    expect((await new Shopper(origin).get("/products")).status).toBe(200);
    await until("the slow client to be cut off", () => closed, 40);
  } finally {
    clearInterval(dripping);
    slow.destroy();
  }
}, 60_000);

test("bodies that are too large are refused", async () => {
  const large = JSON.stringify({ email: "x".repeat(200_000), password: "x" });
  const answer = await fetch(`${store.services.accounts.url}/sign-ins`, {
    method: "POST",
    headers: { authorization: "Bearer service-token", "content-type": "application/json" },
    body: large,
  });
  expect(answer.status).toBe(413);
});
