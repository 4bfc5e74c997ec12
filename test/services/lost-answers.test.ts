import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { request as send } from "undici";
import { repeatableForms } from "../../components/store/store-services.ts";
import { type Edge, startEdge } from "../support/edge.ts";
import { Shopper, textOf } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";

const MUG = "harbour-stoneware-mug";

let store: Store;
let edge: Edge;
/** Of what has been done without anybody having heard of it. */
const lost: string[] = [];
const seen = new Set<string>();

/** A replica that does what a form asks for, and is gone before it says so; the second time it does. */
async function loseFirstAnswers(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/", headers, socket } = request;
  const body = method === "POST" ? request : null;
  const { host: _host, connection: _connection, ...others } = headers;
  const options = { method, headers: others, body } as Parameters<typeof send>[1];
  const answer = await send(`${store.services.storefront.url}${url}`, options);
  const content = Buffer.from(await answer.body.arrayBuffer());
  const id = String(headers["x-request-id"]);
  if (method === "POST" && !seen.has(id)) {
    seen.add(id);
    lost.push(url);
    socket.destroy();
    return;
  }
  response.writeHead(answer.statusCode, answer.headers as Record<string, string | string[]>);
  response.end(content);
}

const replica = createServer((request, response) => void loseFirstAnswers(request, response));

beforeAll(async () => {
  store = await startStore();
  await new Promise<void>((resolve) => replica.listen(0, "127.0.0.1", resolve));
  const { port } = replica.address() as AddressInfo;
  edge = await startEdge([`http://127.0.0.1:${port}`], { idempotentPaths: repeatableForms });
});

afterAll(async () => {
  await edge?.stop();
  replica.closeAllConnections();
  replica.close();
  await store?.stop();
});

test("whoever shops where each form's first answer is lost gets everything once", async () => {
  const shopper = new Shopper(edge.origin);
  const email = `${crypto.randomUUID()}@example.com`;
  const password = "correct horse battery";
  const form = await shopper.get("/register");
  const welcome = await shopper.submit(form, "/register", { name: "Ada", email, password });
  expect(textOf(welcome)).toContain("Sign out");

  const cart = await shopper.addToCart(MUG, 2);
  expect(quantityIn(cart.html)).toBe("2");
  const updated = await shopper.submit(cart, "/cart/update", { quantity: "3" });
  expect(quantityIn(updated.html)).toBe("3");

  const order = await shopper.buyCart();
  expect(textOf(order)).toContain("your order is confirmed");
  const orders = "SELECT id FROM orders";
  expect(await store.postgres.query("orders", orders)).toHaveLength(1);
  const cancelled = await shopper.submit(order, `${order.path}/cancel`);
  expect(textOf(cancelled)).toContain("This order was cancelled and refunded");
  const refunds = await store.postgres.query("orders", "SELECT order_id FROM simulated_refunds");
  expect(refunds).toHaveLength(1);

  await shopper.submit(await shopper.get("/"), "/sign-out");
  const signedIn = await shopper.submit(await shopper.get("/sign-in"), "/sign-in", {
    email,
    password,
  });
  expect(textOf(signedIn)).toContain("Sign out");
  const chinese = await shopper.submit(signedIn, "/language", { language: "zh" });
  expect(chinese.html).toContain('lang="zh');

  const accounts = await store.postgres.query("accounts", "SELECT id FROM accounts");
  expect(accounts).toHaveLength(1);
  for (const path of repeatableForms) {
    const pattern = new RegExp(`^${path.replaceAll("*", "[^/]+")}$`);
    expect([path, lost.some((one) => pattern.test(one))]).toEqual([path, true]);
  }
}, 60_000);

test("the same request with another password is somebody else's", async () => {
  const register = async (requestId: string, password: string) => {
    const { url } = store.services.accounts;
    const answer = await send(`${url}/accounts`, {
      method: "POST",
      headers: {
        authorization: "Bearer service-token",
        "content-type": "application/json",
        "x-request-id": requestId,
      },
      body: JSON.stringify({ name: "Bo", email: "bo@example.com", password }),
    });
    const { id } = (await answer.body.json()) as { id?: string };
    return { status: answer.statusCode, id };
  };
  const first = await register("first-request", "wool socks and rain");
  expect(first.status).toBe(201);
  expect(await register("first-request", "wool socks and rain")).toEqual(first);
  expect((await register("first-request", "another pass phrase")).status).toBe(409);
  expect((await register("other-request", "wool socks and rain")).status).toBe(409);
});

function quantityIn(html: string): string | undefined {
  return /name="quantity"[^>]* value="(\d+)"/.exec(html)?.[1];
}
