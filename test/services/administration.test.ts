import { formFields, Shopper, textOf } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const ADMIN = "Boss@Example.com";
const PASSWORD = "correct horse battery 9";
const CHINESE = { "accept-language": "zh" };

let store: Store;
let origin: string;
let admin: Shopper;

beforeAll(async () => {
  store = await startStore({ ADMIN_EMAILS: ` ${ADMIN.toLowerCase()}, other@example.com` });
  origin = store.services.storefront.url;
  admin = new Shopper(origin);
  const page = await admin.get("/register");
  await admin.submit(page, "/register", { name: "Boss", email: ADMIN, password: PASSWORD });
}, 180_000);

afterAll(() => store?.stop());

const NEW = {
  name: "Crème Kettle",
  nameZh: "奶油色水壶",
  description: "Boils water.",
  descriptionZh: "烧水用。",
  category: "kitchen",
  price: "49,5",
  motif: "teapot",
  palette: "3",
  pattern: "1",
  stock: "7",
};

async function sql(text: string): Promise<Record<string, unknown>[]> {
  return await store.postgres.query("catalog", text);
}

async function counts() {
  const [row] = await sql(`SELECT (SELECT count(*) FROM products) AS products,
    (SELECT sum(stock) FROM products) AS stock, (SELECT count(*) FROM audit) AS changes`);
  return row;
}

test("an administrator is shown the way, adds a product, and everybody finds it", async () => {
  expect((await admin.get("/")).html).toContain('href="/manage"');
  expect(textOf(await admin.get("/manage/audit"))).toContain("No changes yet");
  const form = await admin.get("/manage/products/new");
  const added = await admin.submit(form, "/manage/products", NEW);
  expect(textOf(added)).toContain("Crème Kettle is saved.");
  const guest = new Shopper(origin);
  const page = await guest.get("/product/creme-kettle");
  expect(textOf(page)).toContain("€49.50");
  expect(page.html).toContain("/pictures/teapot-3-1.svg");
  const chinese = await guest.get(`/search?q=${encodeURIComponent("奶油色")}`, CHINESE);
  expect(textOf(chinese)).toContain("奶油色水壶");
});

test("a form that is sent twice, or twice at once, is one product", async () => {
  const form = await admin.get("/manage/products/new");
  const before = await counts();
  const twin = { ...NEW, name: "Twin Kettle" };
  const answers = await Promise.all(
    [1, 2, 3].map(() => admin.submit(form, "/manage/products", twin)),
  );
  expect(new Set(answers.map(({ path }) => path)).size).toBe(1);
  expect(Number((await counts())?.products)).toBe(Number(before?.products) + 1);
  const again = await admin.submit(
    await admin.get("/manage/products/new"),
    "/manage/products",
    twin,
  );
  expect(again.path).not.toBe(answers[0]?.path);
  expect((await new Shopper(origin).get("/product/twin-kettle-2")).status).toBe(200);
});

test("an edit is seen at once, in the store and in the audit", async () => {
  const guest = new Shopper(origin);
  await guest.get("/product/harbour-stoneware-mug");
  const form = await admin.get("/manage/products/1");
  const edited = await admin.submit(form, "/manage/products/1", {
    ...fieldsOf(form.html),
    price: "19.95",
  });
  expect(textOf(edited)).toContain("Harbour Stoneware Mug is saved.");
  expect(textOf(await guest.get("/product/harbour-stoneware-mug"))).toContain("€19.95");
  const audit = textOf(await admin.get("/manage/audit"));
  expect(audit).toMatch(/Harbour Stoneware Mug edited priceMinor : 1700 1995/);
});

test("an edit is seen through other replicas of catalogue and storefront within seconds", async () => {
  const catalog = await store.start("catalog");
  const storefront = await store.start("storefront", { CATALOG_URL: catalog.url });
  const guest = new Shopper(storefront.url);
  const price = async () => textOf(await guest.get("/product/harbour-stoneware-teapot"));
  await until("the other replicas to know the product", async () => /€\d/.test(await price()));
  const form = await admin.get("/manage/products/2");
  await admin.submit(form, "/manage/products/2", { ...fieldsOf(form.html), price: "87.65" });
  await until("them to show the new price", async () => (await price()).includes("€87.65"), 4);
});

test("of two who edit the same product, the second is told and loses nothing", async () => {
  const [one, other] = [
    await admin.get("/manage/products/2"),
    await admin.get("/manage/products/2"),
  ];
  const fields = fieldsOf(one.html);
  await admin.submit(one, "/manage/products/2", { ...fields, price: "11" });
  const late = await admin.submit(other, "/manage/products/2", { ...fields, price: "12" });
  expect([late.status, textOf(late)]).toEqual([
    422,
    expect.stringContaining("Somebody else has edited"),
  ]);
  expect(formFields(late, "/manage/products/2").price).toBe("11.00");
  const again = await admin.submit(late, "/manage/products/2", {
    ...fieldsOf(late.html),
    price: "12",
  });
  expect(again.status).toBe(200);
});

test("restocking adds what was meant, once, and never leads below zero", async () => {
  const list = await admin.get("/manage?q=twin+kettle");
  const action = /\/manage\/products\/\d+\/restock/.exec(list.html)?.[0] ?? "";
  const fields = { ...formFields(list, action), pieces: "5" };
  const restocked = await admin.post(action, fields);
  expect(textOf(restocked)).toContain("12 in stock now");
  await admin.post(action, fields);
  const id = action.split("/")[3];
  const stock = async () => (await sql(`SELECT stock FROM products WHERE id = ${id}`))[0]?.stock;
  expect(await stock()).toBe(12);
  const below = await admin.submit(await admin.get("/manage?q=twin"), action, { pieces: "-13" });
  expect(textOf(below)).toContain("it would be -1");
  expect(await stock()).toBe(12);
});

test.each([
  ["no price", { price: "free" }],
  ["no Chinese name", { nameZh: " " }],
  ["a category that is not there", { category: "weapons" }],
  ["a picture that can't be drawn", { motif: "../../etc/passwd" }],
  ["a stock below zero", { stock: "-1" }],
  ["a stock that is no number", { stock: "many" }],
])("%s is refused, and what was typed is kept", async (_what, change) => {
  const before = await counts();
  const form = await admin.get("/manage/products/new");
  const answer = await admin.submit(form, "/manage/products", { ...NEW, ...change });
  expect(answer.status).toBe(422);
  expect(answer.html).toContain('role="alert"');
  expect(answer.html).toContain("Crème Kettle");
  expect(await counts()).toEqual(before);
});

const PAGES = ["/manage", "/manage/audit", "/manage/products/new", "/manage/products/1"];
const FORMS = ["/manage/products", "/manage/products/1", "/manage/products/1/restock"];

describe("for everybody else", () => {
  test("a guest has to sign in first", async () => {
    for (const path of PAGES) {
      expect((await new Shopper(origin).get(path)).path).toMatch(/^\/sign-in/);
    }
  });

  test("a member finds nothing there, also with a form that is all right otherwise", async () => {
    const member = new Shopper(origin);
    const welcome = await member.register();
    expect(welcome.html).not.toContain("/manage");
    for (const path of PAGES) expect((await member.get(path)).status).toBe(404);
    const before = await counts();
    const { csrf = "" } = formFields(await member.get("/cart"), "/sign-out");
    const key = crypto.randomUUID();
    for (const path of FORMS) {
      const fields = { ...NEW, csrf, idempotencyKey: key, version: "1", pieces: "9" };
      expect([path, (await member.post(path, fields)).status]).toEqual([path, 404]);
    }
    expect(await counts()).toEqual(before);
  });

  test("another site can't make an administrator change anything", async () => {
    const before = await counts();
    for (const path of FORMS) {
      const fields = { ...NEW, idempotencyKey: crypto.randomUUID(), version: "1", pieces: "9" };
      expect((await admin.post(path, fields)).status).toBe(403);
    }
    expect(await counts()).toEqual(before);
  });

  test("who is taken off the list can't do anything from then on, still signed in", async () => {
    const replica = await store.start("storefront", { ADMIN_EMAILS: "other@example.com" });
    const former = new Shopper(replica.url);
    for (const [name, value] of admin.cookies) former.cookies.set(name, value);
    expect((await former.get("/orders")).path).toBe("/orders");
    for (const path of PAGES) expect((await former.get(path)).status).toBe(404);
    await replica.stop();
  });
});

test("fields that nobody offered are not taken over (mass assignment)", async () => {
  const form = await admin.get("/manage/products/3");
  const extra = { id: "999", slug: "stolen", rank: "0", stock: "100000", currency: "USD" };
  const [before] = await sql("SELECT slug, rank, stock, currency FROM products WHERE id = 3");
  const fields = { ...fieldsOf(form.html), ...extra };
  expect((await admin.submit(form, "/manage/products/3", fields)).status).toBe(200);
  expect(await sql("SELECT slug, rank, stock, currency FROM products WHERE id = 3")).toEqual([
    before,
  ]);
  const restock = (extra: object) =>
    fetch(`${store.services.catalog.url}/managed-products/3/restock`, {
      method: "POST",
      headers: { authorization: "Bearer service-token", "content-type": "application/json" },
      body: JSON.stringify({
        actor: "000-00000000-0000-0000-0000-000000000000",
        idempotencyKey: crypto.randomUUID(),
        pieces: 1,
        ...extra,
      }),
    });
  for (const more of [{ price_minor: 0 }, { version: 99 }, { product: { name: "Stolen" } }]) {
    expect((await restock(more)).status).toBe(400);
  }
  expect((await restock({ pieces: null })).status).toBe(400);
  expect((await restock({})).status).toBe(200);
});

test("the audit says who, and can't be rewritten", async () => {
  const [row] = await sql("SELECT actor, request_id FROM audit ORDER BY id LIMIT 1");
  const [account] = await store.postgres.query("accounts", "SELECT id FROM accounts LIMIT 1");
  expect(row?.actor).toBe(account?.id);
  expect(row?.request_id).toBeTruthy();
  for (const text of ["UPDATE audit SET actor = 'me'", "DELETE FROM audit", "TRUNCATE audit"]) {
    await expect(sql(text)).rejects.toThrow("only added to");
  }
});

/** What a browser would send of the product form, text areas too. */
function fieldsOf(html: string): Record<string, string> {
  const areas = [...html.matchAll(/<textarea[^>]*name="(\w+)"[^>]*>([^<]*)/g)];
  return Object.fromEntries(areas.map(([, name = "", text = ""]) => [name, text]));
}
