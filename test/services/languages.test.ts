import fc from "fast-check";
import { parseHan } from "../../services/catalog/han.ts";
import { chooseLanguage } from "../../services/storefront/language/choose.ts";
import { LANGUAGES, type Texts } from "../../services/storefront/language/language.ts";
import { Shopper, textOf } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";

const HAN = /[\u4e00-\u9fff]/;
/** Not Chinese, and rightly so: the store's name, the other language's, what was typed, order ids. */
const OTHER = /Harbour Goods|English|zzz|\b[0-9A-F]{8}\b/g;
const CHINESE = { "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" };

describe("the choice of a language", () => {
  test.each([
    [undefined, undefined, "en"],
    [undefined, "zh-CN", "zh"],
    [undefined, "fr, zh-Hans;q=0.5, en;q=0.4", "zh"],
    [undefined, "fr, zh;q=0.4, en-GB;q=0.8", "en"],
    [undefined, "zh;q=0, en;q=0.1", "en"],
    [undefined, "de-DE, fr", "en"],
    ["en", "zh-CN", "en"],
    ["zh", "en", "zh"],
    ["klingon", "zh", "zh"],
  ])("cookie %s and Accept-Language %s give %s", (cookie, header, locale) => {
    expect(chooseLanguage(cookie, header).locale).toBe(locale);
  });

  test("whatever a browser sends, there is a language", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (cookie, header) => {
        expect(["en", "zh"]).toContain(chooseLanguage(cookie, header).locale);
      }),
    );
  });
});

test("every text is there in both languages", () => {
  const english = leaves(LANGUAGES.en.texts);
  const chinese = leaves(LANGUAGES.zh.texts);
  for (const [key, text] of Object.entries(english)) {
    if (key.startsWith("refusals.")) continue;
    expect([key, HAN.test(text)]).toEqual([key, false]);
    expect([key, HAN.test(chinese[key] ?? "")]).toEqual([key, true]);
  }
});

test("money, dates and countries are written as readers expect", () => {
  const { en, zh } = LANGUAGES;
  expect([en.money(123_450, "EUR"), zh.money(123_450, "EUR")]).toEqual(["€1,234.50", "€1,234.50"]);
  expect([en.money(500, "JPY"), zh.money(99, "CNY")]).toEqual(["JP¥500", "¥0.99"]);
  const day = "2026-03-09T23:30:00Z";
  expect([en.date(day), zh.date(day)]).toEqual(["9 March 2026", "2026年3月9日"]);
  expect([en.country("DE"), zh.country("DE")]).toEqual(["Germany", "德国"]);
});

test("only Chinese characters get into a query for grams", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const han = parseHan(`茶壶${text}`);
      for (const term of han?.all.split(" & ") ?? [""]) {
        expect(term).toMatch(/^'[\u4e00-\u9fff]{1,2}'$/);
      }
    }),
  );
});

describe("the store", () => {
  let store: Store;
  let origin: string;

  beforeAll(async () => {
    store = await startStore();
    origin = store.services.storefront.url;
  }, 180_000);

  afterAll(() => store?.stop());

  test("answers in the browser's language and says so", async () => {
    const page = await new Shopper(origin).get("/product/harbour-stoneware-mug", CHINESE);
    expect(page.html).toContain('<html lang="zh-Hans">');
    expect(page.headers.get("content-language")).toBe("zh-Hans");
    expect(page.headers.get("vary")).toMatch(/Accept-Language/);
    expect(page.headers.get("vary")).toMatch(/Cookie/);
    expect(textOf(page)).toContain("海港粗陶马克杯");
    const missing = await new Shopper(origin).get("/nothing", CHINESE);
    expect([missing.status, missing.headers.get("content-language")]).toEqual([404, "zh-Hans"]);
    expect(textOf(missing)).toContain("这里什么也没有");
  });

  test("keeps a choice against the browser's, stays on the page, and needs no script", async () => {
    const shopper = new Shopper(origin);
    const page = await shopper.get("/search?q=mug+harbour&stock=yes");
    const switched = await shopper.submit(page, "/language", { language: "zh" });
    expect(switched.path).toBe("/search?q=mug+harbour&stock=yes");
    expect(textOf(switched)).toContain("海港粗陶马克杯");
    expect((await shopper.get("/")).html).toContain('<html lang="zh-Hans">');
    const back = await shopper.submit(await shopper.get("/cart"), "/language", { language: "en" });
    expect(textOf(back)).toContain("Your cart is empty");
    const unknown = await shopper.submit(back, "/language", { language: "tlh" });
    expect(unknown.status).toBe(400);
  });

  test("is Chinese from the first page to the receipt, refusals too", async () => {
    const shopper = new Shopper(origin);
    await shopper.submit(await shopper.get("/"), "/language", { language: "zh" });
    const weak = await shopper.submit(await shopper.get("/register"), "/register", {
      name: "王小明",
      email: `wang.${crypto.randomUUID()}@example.com`,
      password: "short",
    });
    expect([weak.status, textOf(weak)]).toEqual([422, expect.stringContaining("密码太短")]);
    await shopper.register("Wang Xiaoming");
    expect(textOf(await shopper.addToCart("harbour-stoneware-mug", 2))).toContain("2 件");
    const order = await shopper.submit(await shopper.get("/checkout"), "/checkout", {
      street: "长安街 1 号",
      postalCode: "100006",
      city: "北京",
      cardNumber: "4242 4242 4242 4242",
    });
    expect(textOf(order)).toContain("谢谢，订单已确认");
    expect(textOf(order)).toContain("海港粗陶马克杯");
    expect(textOf(order)).toContain("中国");
    const paths = ["/", "/products", "/cart", "/orders", "/search?q=zzz", "/sign-in", "/no"];
    for (const path of [...paths, "/account", "/account/deletion"]) {
      const page = textOf(await shopper.get(path));
      const words = page.replaceAll(/Wang Xiaoming|\S+@example\.com/g, "").replaceAll(OTHER, "");
      expect([path, words.match(/[A-Za-z]{3,}/g)]).toEqual([path, null]);
    }
  });

  test.each([
    ["马克杯", "马克杯"],
    ["粗陶茶壶", "粗陶茶壶"],
    ["石瓷马克杯", "马克杯"],
    ["茶", "茶壶"],
    ["厨房", "海港粗陶马克杯"],
    ["台灯 LED", "台灯"],
    ["watring can", "浇水壶"],
  ])("search for %s finds %s", async (query, name) => {
    const page = await new Shopper(origin).get(
      `/search?${new URLSearchParams({ q: query })}`,
      CHINESE,
    );
    const [first = ""] = /<h3>.*?<\/h3>/.exec(page.html) ?? [];
    expect(first.replaceAll(/<[^>]+>/g, "")).toContain(name);
  });

  test("sorts Chinese names by their sound, page after page", async () => {
    const names: string[] = [];
    let next: string | undefined = "/products?sort=name&stock=yes";
    while (next !== undefined) {
      const { html } = await new Shopper(origin).get(next, CHINESE);
      names.push(...[...html.matchAll(/<h3><a[^>]*>([^<]+)/g)].map((match) => match[1] ?? ""));
      next = /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(names.length).toBeGreaterThan(200);
    expect(names).toEqual([...new Set(names)].sort(new Intl.Collator("zh").compare));
  });

  test("a catalogue of an earlier release gets its Chinese texts once", async () => {
    const sql = (text: string) => store.postgres.query("catalog", text);
    await sql("UPDATE products SET name_zh = NULL, description_zh = NULL");
    await sql("UPDATE products SET name_zh = '自己的名字' WHERE id = 2");
    await sql("UPDATE seeding SET translated = 0");
    const replica = await store.start("catalog");
    const named = "SELECT id, name_zh FROM products WHERE id < 4 ORDER BY id";
    expect((await sql(named)).map((row) => row.name_zh)).toEqual([
      "海港粗陶马克杯",
      "自己的名字",
      "海港榉木碗",
    ]);
    await replica.stop();
  });
});

/** Every text by its path; those with a gap are filled with something that has no letters. */
function leaves(texts: Texts): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (value: unknown, path: string) => {
    if (typeof value === "string") found[path] = value;
    else if (typeof value === "function") found[path] = String(value(7));
    else if (typeof value === "object" && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        visit(child, path === "" ? key : `${path}.${key}`);
      }
    }
  };
  visit(texts, "");
  return found;
}
