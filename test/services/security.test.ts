import { untilWritten } from "../support/processes.ts";
import { formFields, Shopper, textOf } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";

let store: Store;
let origin: string;

beforeAll(async () => {
  store = await startStore();
  origin = store.services.storefront.url;
});

afterAll(() => store?.stop());

const MUG = "harbour-stoneware-mug";

describe("forms", () => {
  const PATHS = [
    "/cart/add",
    "/cart/update",
    "/sign-in",
    "/register",
    "/sign-out",
    "/checkout",
    "/account/name",
    "/account/password",
    "/account/deletion",
    "/orders/1/cancel",
  ];

  test.each(PATHS)("%s is refused without the session's token", async (path) => {
    const shopper = new Shopper(origin);
    await shopper.get("/");
    const answer = await shopper.post(path, { productId: "1", quantity: "1" });
    expect(answer.status).toBe(403);
    expect((await shopper.get("/cart")).html).toContain("Your cart is empty");
  });

  test("another session's token is refused", async () => {
    const [attacker, victim] = [new Shopper(origin), new Shopper(origin)];
    await victim.get("/");
    const page = await attacker.get(`/product/${MUG}`);
    const answer = await victim.post("/cart/add", formFields(page, "/cart/add"));
    expect(answer.status).toBe(403);
  });
});

describe("sessions", () => {
  test("a changed cookie makes its owner a new guest", async () => {
    const shopper = new Shopper(origin);
    await shopper.register();
    const [payload = "", signature = ""] = (shopper.cookies.get("session") ?? "").split(".");
    const state = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...state, account: { id: "x", name: "Eve" } }));
    for (const cookie of [`${forged.toString("base64url")}.${signature}`, payload, "x.y", ""]) {
      shopper.cookies.set("session", cookie);
      const page = await shopper.get("/orders");
      expect(page.path).toMatch(/^\/sign-in/);
    }
  });

  test("the session's id changes at sign-in, and the old token dies with it", async () => {
    const shopper = new Shopper(origin);
    const before = await shopper.get(`/product/${MUG}`);
    const fields = formFields(before, "/cart/add");
    await shopper.register();
    expect((await shopper.post("/cart/add", fields)).status).toBe(403);
  });

  test("a session goes on while keys are rotated, and on every replica", async () => {
    const shopper = new Shopper(origin);
    await shopper.register("Rosa Key");
    const keys = ["new".repeat(20), "k".repeat(40)];
    const replica = await store.start("storefront", {
      SESSION_KEYS_FILE: await store.secret("rotated-keys", JSON.stringify(keys)),
    });
    const other = new Shopper(replica.url);
    for (const [name, value] of shopper.cookies) other.cookies.set(name, value);
    expect((await other.get("/orders")).path).toBe("/orders");
  });

  test("the cookie is out of reach for scripts and other sites", async () => {
    const page = await new Shopper(origin).get("/");
    expect(page.headers.get("set-cookie")).toMatch(/HttpOnly/);
    expect(page.headers.get("set-cookie")).toMatch(/SameSite=Lax/);
    const replica = await store.start("storefront", { COOKIE_SECURE: "true" });
    const secure = await new Shopper(replica.url).get("/");
    expect(secure.headers.get("set-cookie")).toMatch(/^__Host-session=.*Secure/);
    expect(secure.headers.get("strict-transport-security")).toBeTruthy();
  });
});

test("nobody sees another's order", async () => {
  const owner = new Shopper(origin);
  await owner.register();
  await owner.addToCart(MUG);
  const order = await owner.submit(await owner.get("/checkout"), "/checkout", {
    street: "Quay 1",
    postalCode: "1",
    city: "Dublin",
    cardNumber: "4242424242424242",
  });
  expect(order.status).toBe(200);
  const other = new Shopper(origin);
  await other.register();
  expect((await other.get(order.path)).status).toBe(404);
  expect((await other.get("/orders/not-an-order")).status).toBe(404);
});

test("wrong password and unknown e-mail look the same", async () => {
  const shopper = new Shopper(origin);
  const answers = await Promise.all(
    ["nobody@example.com", "ada@example.com"].map(async (email) => {
      const page = await shopper.get("/sign-in");
      return await shopper.submit(page, "/sign-in", { email, password: "wrong password" });
    }),
  );
  for (const answer of answers) {
    expect(answer.status).toBe(422);
    expect(textOf(answer)).toContain("E-mail or password is wrong.");
  }
});

test("after signing in, people are only sent to pages of the store", async () => {
  for (const next of ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb"]) {
    const page = await new Shopper(origin).get(`/sign-in?${new URLSearchParams({ next })}`);
    expect(formFields(page, "/sign-in").next).toBe("/");
  }
});

test("pages allow no foreign or inline code and don't say more than they must", async () => {
  const page = await new Shopper(origin).get("/");
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  expect(page.html).not.toMatch(/<script|<style| style=| on\w+=/);
  expect(page.headers.get("x-served-by")).toBeTruthy();
});

test("internal interfaces ask for the service token, probes don't", async () => {
  for (const service of ["catalog", "accounts", "orders"] as const) {
    const { url } = store.services[service];
    for (const authorization of ["", "Bearer wrong", "service-token"]) {
      const answer = await fetch(`${url}/categories`, { headers: { authorization } });
      expect(answer.status).toBe(401);
    }
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain("http_requests_total");
  }
});

test("odd input is refused without a 5xx and without a stack trace", async () => {
  const token = { authorization: "Bearer service-token" };
  const { catalog, accounts } = store.services;
  const requests = [
    fetch(`${catalog.url}/products?cursor=%00`, { headers: token }),
    fetch(`${catalog.url}/products?cursor=WyJhIiwxXQ`, { headers: token }),
    fetch(`${catalog.url}/products?q=%00`, { headers: token }),
    fetch(`${catalog.url}/products?limit=1e9`, { headers: token }),
    fetch(`${catalog.url}/product-batch?ids=1;DROP`, { headers: token }),
    fetch(`${catalog.url}/products/..%2f..%2fetc`, { headers: token }),
    fetch(`${accounts.url}/sign-ins`, {
      method: "POST",
      headers: { ...token, "content-type": "application/json" },
      body: JSON.stringify({ email: "a\u0000@example.com", password: "x" }),
    }),
    fetch(`${accounts.url}/sign-ins`, {
      method: "POST",
      headers: { ...token, "content-type": "application/json" },
      body: "{",
    }),
    fetch(`${origin}/sign-in`, {
      method: "POST",
      body: new URLSearchParams({ a: "x".repeat(90_000) }),
    }),
  ];
  for (const answer of await Promise.all(requests)) {
    const text = await answer.text();
    expect({ url: answer.url, server: answer.status >= 500 }).toEqual({
      url: answer.url,
      server: false,
    });
    expect(text).not.toMatch(/at .*:\d+:\d+|node_modules/);
  }
});

test("of a page that guests share, each gets a copy with a token that only they can use", async () => {
  const path = "/product/harbour-stoneware-mug";
  const [ada, ben] = [new Shopper(origin), new Shopper(origin)];
  await ada.get("/");
  await ben.get("/");
  const [hers, his] = [await ada.get(path), await ben.get(path)];
  const tokens = [hers, his].map((page) => formFields(page, "/cart/add").csrf ?? "");
  expect(new Set(tokens).size).toBe(2);
  const [token = ""] = tokens;
  expect([hers.html.split(token).length > 2, his.html.includes(token)]).toEqual([true, false]);
  expect((await ben.submit(hers, "/cart/add")).status).toBe(403);
  expect(textOf(await ada.submit(hers, "/cart/add"))).toContain("in your cart");
  expect((await ada.get(path)).html).toContain('class="badge"');
  expect((await ben.get(path)).html).not.toContain('class="badge"');
});

test("logs hold no secret and nothing about a person", async () => {
  const shopper = new Shopper(origin);
  await shopper.register("Zebulon Quill");
  await untilWritten(store.services.storefront, '"method":"POST","route":"/register"');
  const logs = Object.values(store.services).map((service) => service.output());
  for (const word of ["quill", "example.com", "correct horse", "service-token", '-password"']) {
    for (const log of logs) expect(log.toLowerCase()).not.toContain(word);
  }
});
