import fc from "fast-check";
import { passwordWeakness } from "../../services/accounts/password-rules.ts";
import { generateCategories, generateProduct } from "../../services/catalog/seed/generate.ts";
import { bucketOfEmail, bucketOfId, newId, normaliseEmail } from "../../services/shared/buckets.ts";
import { CircuitBreaker } from "../../services/shared/circuit-breaker.ts";
import { MOTIFS, parsePictureName, picturePath } from "../../services/shared/picture-name.ts";
import { drawPicture } from "../../services/storefront/pictures/draw.ts";
import { Signer } from "../../services/storefront/signer.ts";
import { Visitor } from "../../services/storefront/visitor.ts";

describe("the generated catalogue", () => {
  const products = Array.from({ length: 5_000 }, (_, index) => generateProduct(index));

  test("names and addresses are unique among 5,000 products", () => {
    expect(new Set(products.map((product) => product.slug)).size).toBe(products.length);
    expect(new Set(products.map((product) => product.name)).size).toBe(products.length);
    for (const { slug } of products) expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test("is the same wherever it is generated", () => {
    expect(products[123]).toEqual(generateProduct(123));
  });

  test("every product is in a category, costs something and has a picture that can be drawn", () => {
    const categories = new Set(generateCategories().map(({ slug }) => slug));
    for (const product of products.slice(0, 240)) {
      expect(categories).toContain(product.category);
      expect(product.price_minor).toBeGreaterThan(0);
      const picture = parsePictureName(product.image.replace("/pictures/", ""));
      expect(picture && picturePath(picture)).toBe(product.image);
    }
  });
});

test("each motif is drawn, without a hole where a value was missing", () => {
  for (const motif of MOTIFS) {
    const svg = drawPicture({ motif, palette: 3, pattern: 1 });
    expect(svg).toBe(drawPicture({ motif, palette: 3, pattern: 1 }));
    expect(svg).not.toMatch(/undefined|NaN/);
  }
});

describe("accounts", () => {
  test("an id carries the bucket of its owner's address, however that is written", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const bucket = bucketOfEmail(email);
        expect(bucketOfEmail(` ${email.toUpperCase()} `)).toBe(bucketOfEmail(email.toUpperCase()));
        expect(bucketOfId(newId(bucket))).toBe(bucket);
        expect(bucket).toBeLessThan(1_024);
      }),
    );
    expect(normaliseEmail("  Ada@Example.COM ")).toBe("ada@example.com");
  });

  test.each([
    ["Ａｄａ＠Ｅｘａｍｐｌｅ．ｃｏｍ", "ada@example.com"],
    ["ada@example.com.", "ada@example.com"],
    ["ada@example。com", "ada@example.com"],
    ["ada\u200b@exam\u00adple.com\u3000", "ada@example.com"],
    ["Ada@XN--MNCHEN-3YA.de", "ada@münchen.de"],
    ["ada@MÜNCHEN.de", "ada@münchen.de"],
    ["ada@mu\u0308nchen.de", "ada@münchen.de"],
    ["小红@例子.中国", "小红@例子.中国"],
    ["a.da+tag@mail.example.com", "a.da+tag@mail.example.com"],
    ["ada@10.1", "ada@10.1"],
    ["ada.@example.com", "ada.@example.com"],
    ["İda@example.com", "i\u0307da@example.com"],
    // These are no addresses: they may not become somebody's by being normalised.
    ["ada@münchen.de/x", "ada@münchen.de/x"],
    ["ada@münchen.de:25", "ada@münchen.de:25"],
    ["ada@.#münchen", "ada@.#münchen"],
    ["ada@münchen.d%65", "ada@münchen.d%65"],
    ["ada@münchen.de..", "ada@münchen.de.."],
    ["ada@ .", "ada@ ."],
  ])("%s is kept as %s", (email, kept) => {
    expect(normaliseEmail(email)).toBe(kept);
  });

  test("an address is kept as it is once it was normalised", () => {
    const text = fc.string({ unit: "grapheme" });
    const hostLike = fc
      .array(fc.constantFrom(..."..。ä#%/:?[\\ x-n1aİß²Ａ", "xn--", "%2e"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.oneof(text, hostLike), (name, host) => {
        const once = normaliseEmail(`${name}@${host}`);
        expect(normaliseEmail(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        expect(normaliseEmail(email)).toBe(email.toLowerCase());
      }),
    );
  });

  test("buckets never change: ids of existing accounts depend on them", () => {
    expect(bucketOfEmail("ada@example.com")).toBe(bucketOfEmail("ADA@example.com"));
    expect(["ada@example.com", "bo@example.com"].map(bucketOfEmail)).toEqual([485, 697]);
  });

  const person = { email: "ada.moreau@example.com", name: "Ada Moreau" };

  test.each([
    "short",
    "aaaaaaaaaaaa",
    "password123",
    "Passwort!!",
    "1234567890",
    "qwertyuiop",
    "moreau2024",
    "abcdefghijklm",
  ])("%s is too easy to guess", (password) => {
    expect(passwordWeakness(password, person)).toBeDefined();
  });

  test.each(["correct horse battery", "Zw3!kk0plm#", "每天都要喝三杯热茶呀"])(
    "%s is good",
    (password) => {
      expect(passwordWeakness(password, person)).toBeUndefined();
    },
  );
});

describe("visitors", () => {
  const signer = new Signer(["new".repeat(20), "old".repeat(20)]);

  test("a cookie brings back its visitor, also when an old key has signed it", () => {
    const old = new Signer(["old".repeat(20)]);
    const visitor = Visitor.fromCookie(undefined, old);
    visitor.addToGuestCart(7, 2);
    const back = Visitor.fromCookie(visitor.toCookie(old), signer);
    expect(back.guestCart).toEqual([{ productId: 7, quantity: 2 }]);
    // It is sent back signed by the new one, and then stays as it is.
    expect(back.changed).toBe(true);
    expect(Visitor.fromCookie(back.toCookie(signer), signer).changed).toBe(false);
  });

  test("a week without a visit ends the session", () => {
    const visitor = Visitor.fromCookie(undefined, signer);
    visitor.signIn({ id: "a", name: "Ada" });
    const later = Math.floor(Date.now() / 1_000) + 8 * 24 * 3_600;
    expect(Visitor.fromCookie(visitor.toCookie(signer), signer, later).account).toBeUndefined();
  });

  test("whatever is sent as a cookie, nobody is signed in by it and nothing breaks", () => {
    fc.assert(
      fc.property(fc.string(), (cookie) => {
        expect(Visitor.fromCookie(cookie, signer).account).toBeUndefined();
      }),
    );
  });

  test("a guest's cart has bounds, and stays small enough for a cookie", () => {
    const visitor = Visitor.fromCookie(undefined, signer);
    for (let id = 1_000_000; id < 1_000_100; id += 1) visitor.addToGuestCart(id, 99);
    expect(visitor.guestCart).toHaveLength(30);
    expect(visitor.guestCart[0]?.quantity).toBe(20);
    expect(visitor.toCookie(signer).length).toBeLessThan(3_000);
  });
});

test("a circuit opens after failures in a row, lets one attempt through and closes again", async () => {
  const changes: boolean[] = [];
  const breaker = new CircuitBreaker({ failures: 3, openMilliseconds: 30 }, (open) => {
    changes.push(open);
  });
  for (let failure = 0; failure < 3; failure += 1) {
    expect(breaker.allows()).toBe(true);
    breaker.failed();
  }
  expect(breaker.allows()).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect([breaker.allows(), breaker.allows()]).toEqual([true, false]);
  breaker.succeeded();
  expect(breaker.allows()).toBe(true);
  expect(changes).toEqual([true, false]);
});
