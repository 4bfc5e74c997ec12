import { Customer } from "../support/customers.ts";
import { Shopper, textOf } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const MUG = "harbour-stoneware-mug";
const MUG_ID = 1;
const LAMP_ID = 2;
const PASSWORD = "wool socks and rain";

let store: Store;
let slugs: string[];

beforeAll(async () => {
  store = await startStore();
  const rows = await store.postgres.query("catalog", "SELECT slug FROM products ORDER BY id");
  slugs = rows.map((row) => String(row.slug));
});

afterAll(() => store?.stop());

/** Somebody with an account, who has put this into the cart as a member. */
async function member(cart: Record<string, number>): Promise<string> {
  const email = `${crypto.randomUUID()}@example.com`;
  const shopper = new Shopper(store.services.storefront.url);
  const form = await shopper.get("/register");
  await shopper.submit(form, "/register", { name: "Bo", email, password: PASSWORD });
  for (const [slug, quantity] of Object.entries(cart)) await shopper.addToCart(slug, quantity);
  return email;
}

/** Somebody elsewhere, who has put this into the cart as a guest. */
async function guest(cart: Record<string, number>): Promise<Shopper> {
  const shopper = new Shopper(store.services.storefront.url);
  for (const [slug, quantity] of Object.entries(cart)) await shopper.addToCart(slug, quantity);
  return shopper;
}

async function signIn(shopper: Shopper, email: string) {
  return await shopper.submit(await shopper.get("/sign-in"), "/sign-in", {
    email,
    password: PASSWORD,
  });
}

/** Products and quantities on the cart's page. */
async function cartOf(shopper: Shopper): Promise<Record<string, number>> {
  const { html } = await shopper.get("/cart");
  const lines = html.split('class="line"').slice(1);
  return Object.fromEntries(
    lines.map((line) => [
      /href="\/product\/([^"]+)"/.exec(line)?.[1] ?? "",
      Number(/name="quantity"[^>]* value="(\d+)"/.exec(line)?.[1]),
    ]),
  );
}

test("quantities are added, up to twenty of a product", async () => {
  const [, lamp = "", third = ""] = slugs;
  const email = await member({ [MUG]: 15, [lamp]: 2 });
  const shopper = await guest({ [MUG]: 10, [lamp]: 3, [third]: 1 });
  await signIn(shopper, email);
  expect(await cartOf(shopper)).toEqual({ [MUG]: 20, [lamp]: 5, [third]: 1 });
});

test("who signs in while orders are down keeps the guest's cart, and gets it once", async () => {
  const email = await member({ [MUG]: 1 });
  const shopper = await guest({ [MUG]: 2 });
  const { port } = new URL(store.services.orders.url);
  await store.services.orders.stop();
  const signedIn = await signIn(shopper, email);
  expect(textOf(signedIn)).toContain("Sign out");
  expect(textOf(signedIn)).toContain("will follow in a moment");
  expect((await shopper.get("/products")).status).toBe(200);
  store.services.orders = await store.start("orders", { PORT: port });
  await until("a cart", async () => {
    await Promise.all([shopper.get("/"), shopper.get("/products"), shopper.get("/cart")]);
    return (await shopper.get("/cart")).status === 200;
  });
  expect(await cartOf(shopper)).toEqual({ [MUG]: 3 });
  expect(await cartOf(shopper)).toEqual({ [MUG]: 3 });
});

test("a merge whose answer was lost is not made again when it is repeated", async () => {
  const { url } = store.services.orders;
  const customer = new Customer(3);
  await customer.fill(url, MUG_ID, 1);
  const key = "a-guest-with-a-cart";
  const lines = [
    { productId: MUG_ID, quantity: 2 },
    { productId: LAMP_ID, quantity: 1 },
  ];
  await Promise.all(Array.from({ length: 5 }, () => customer.merge(url, key, lines)));
  const { status, body } = await customer.merge(url, key, lines);
  expect(status).toBe(200);
  expect(body.lines).toEqual([
    { productId: MUG_ID, quantity: 3 },
    { productId: LAMP_ID, quantity: 1 },
  ]);
});

test("what does not fit into a full cart follows when there is room", async () => {
  const full = Object.fromEntries(slugs.slice(1, 31).map((slug) => [slug, 1]));
  const email = await member(full);
  const shopper = await guest({ [MUG]: 2 });
  expect(textOf(await signIn(shopper, email))).toContain("will follow when there is room");
  const cart = await shopper.get("/cart");
  expect(await cartOf(shopper)).toEqual(full);
  await shopper.submit(cart, "/cart/update", { remove: "yes" });
  const { [slugs[1] ?? ""]: _, ...others } = full;
  expect(await cartOf(shopper)).toEqual({ ...others, [MUG]: 2 });
});
