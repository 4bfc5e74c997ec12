import { Shopper, textOf } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";

let store: Store;
let origin: string;

beforeAll(async () => {
  store = await startStore();
  origin = store.services.storefront.url;
});

afterAll(() => store?.stop());

const DELIVERY = { street: "12 Quay Street", postalCode: "D02 XY45", city: "Dublin" };
const MUG = "harbour-stoneware-mug";

test("a guest fills a cart, registers, buys and finds the order in the history", async () => {
  const shopper = new Shopper(origin);

  const home = await shopper.get("/");
  expect(textOf(home)).toContain("Kitchen");

  const category = await shopper.get("/category/kitchen");
  expect(category.html.match(/class="card/g)).toHaveLength(24);

  const cart = await shopper.addToCart(MUG, 2);
  expect(textOf(cart)).toContain("Harbour Stoneware Mug is in your cart.");
  expect(textOf(cart)).toContain("2 pieces");

  const registered = await shopper.register("Ada Moreau");
  expect(textOf(registered)).toContain("Welcome, Ada Moreau.");
  expect(textOf(await shopper.get("/cart"))).toContain("2 pieces");

  const checkout = await shopper.get("/checkout");
  const order = await shopper.submit(checkout, "/checkout", {
    ...DELIVERY,
    cardNumber: "4242 4242 4242 4242",
  });
  expect(order.path).toMatch(/^\/orders\//);
  expect(textOf(order)).toContain("your order is confirmed");
  expect(textOf(order)).toContain("12 Quay Street");

  expect(textOf(await shopper.get("/orders"))).toContain("2 pieces");
  expect(textOf(await shopper.get("/cart"))).toContain("Your cart is empty");
});

test("every category can be browsed to its end by links, each product exactly once", async () => {
  const shopper = new Shopper(origin);
  for (const sort of ["featured", "newest", "price-asc", "price-desc", "name"]) {
    const seen: string[] = [];
    let next: string | undefined = `/products?sort=${sort}`;
    while (next !== undefined) {
      const page = await shopper.get(next);
      expect(page.status).toBe(200);
      seen.push(...[...page.html.matchAll(/href="\/product\/([^"]+)"/g)].map((m) => m[1] ?? ""));
      next = /href="([^"]+)" rel="next"/.exec(page.html)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(seen).toHaveLength(240);
    expect(new Set(seen).size).toBe(240);
  }
});

test("search finds by word stem and tolerates a wrong letter", async () => {
  const shopper = new Shopper(origin);
  expect((await shopper.get("/search?q=mugs")).html).toContain("/product/harbour-stoneware-mug");
  expect(textOf(await shopper.get("/search?q=watring+can"))).toContain("Watering Can");
  expect(textOf(await shopper.get("/search?q=xylophone"))).toContain("Nothing found");
});

test("what a visitor types is text, never markup", async () => {
  const page = await new Shopper(origin).get("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E");
  expect(page.html).not.toContain("<script>alert");
  expect(page.html).toContain("&lt;script>alert");
});

test("signing in again brings the member's cart and the guest's together", async () => {
  const email = `merge.${crypto.randomUUID()}@example.com`;
  const password = "wool socks and rain";
  const first = new Shopper(origin);
  await first.submit(await first.get("/register"), "/register", { name: "Bo", email, password });
  await first.addToCart(MUG, 1);

  const second = new Shopper(origin);
  await second.addToCart(MUG, 2);
  const upperCase = { email: email.toUpperCase(), password };
  await second.submit(await second.get("/sign-in"), "/sign-in", upperCase);
  expect(textOf(await second.get("/cart"))).toContain("3 pieces");

  const signedOut = await second.submit(await second.get("/cart"), "/sign-out");
  expect(textOf(signedOut)).toContain("You are signed out.");
  expect(textOf(await second.get("/cart"))).toContain("Your cart is empty");
});

test("the cart's quantities can be changed and lines removed", async () => {
  for (const member of [false, true]) {
    const shopper = new Shopper(origin);
    if (member) await shopper.register();
    const cart = await shopper.addToCart(MUG, 1);
    const changed = await shopper.submit(cart, "/cart/update", { quantity: "4", remove: "" });
    expect(textOf(changed)).toContain("4 pieces");
    const emptied = await shopper.submit(changed, "/cart/update", { remove: "yes" });
    expect(textOf(emptied)).toContain("Your cart is empty");
  }
});

test.each([
  ["a short password", { password: "short" }, "at least 10 characters"],
  ["a common password", { password: "password123" }, "first passwords that would be tried"],
  ["something that is no e-mail", { email: "nobody@nowhere" }, "not an e-mail address"],
])("registration refuses %s and keeps what was typed", async (_what, change, message) => {
  const shopper = new Shopper(origin);
  const page = await shopper.get("/register");
  const fields = { name: "Ida", email: "ida@example.com", password: "correct horse battery" };
  const answer = await shopper.submit(page, "/register", { ...fields, ...change });
  expect(answer.status).toBe(422);
  expect(textOf(answer)).toContain(message);
  expect(answer.html).toContain('value="Ida"');
});

test("unknown addresses get a page with status 404", async () => {
  const shopper = new Shopper(origin);
  for (const path of ["/nothing", "/product/nothing", "/category/nothing", "/pictures/x-1-1.svg"]) {
    const page = await shopper.get(path);
    expect(page.status).toBe(404);
    expect(textOf(page)).toContain("There is nothing here");
  }
});

test("pictures and assets may be kept for ever", async () => {
  const shopper = new Shopper(origin);
  const home = await shopper.get("/");
  const urls = [...home.html.matchAll(/(?:src|href)="(\/(?:pictures|assets)\/[^"]+)"/g)];
  expect(urls.length).toBeGreaterThan(10);
  for (const [, url = ""] of urls) {
    const answer = await shopper.get(url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toContain("immutable");
  }
});
