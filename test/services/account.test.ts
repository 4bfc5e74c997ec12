import { Signer } from "../../services/storefront/signer.ts";
import { call, register } from "../support/customers.ts";
import { Members, NEW_PASSWORD, PASSWORD } from "../support/members.ts";
import { Shopper, textOf } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";

const MUG = "harbour-stoneware-mug";

let store: Store;
let origin: string;
let members: Members;

beforeAll(async () => {
  store = await startStore({ SIGN_IN_FREE_FAILURES: "50" });
  origin = store.services.storefront.url;
  members = new Members(store);
}, 180_000);

afterAll(() => store?.stop());

describe("the account's page", () => {
  test("shows who one is, from a link on every page, and guests nothing", async () => {
    const { shopper, email } = await members.join("Rosa Key");
    expect((await shopper.get("/")).html).toContain('href="/account"');
    const page = await shopper.get("/account");
    expect(textOf(page)).toContain("Rosa Key");
    expect(textOf(page)).toContain(email);
    for (const path of ["/account", "/account/deletion"]) {
      expect((await new Shopper(origin).get(path)).path).toBe("/sign-in?next=%2Faccount");
    }
    expect((await new Shopper(origin).get("/")).html).not.toContain('href="/account"');
  });

  test("changes the name, here and on other devices", async () => {
    const { shopper, email } = await members.join();
    const { shopper: other } = await members.signIn(email);
    const form = await shopper.get("/account");
    const answer = await shopper.submit(form, "/account/name", { name: "  Ada Lovelace " });
    expect(textOf(answer)).toContain("Your name is changed.");
    expect((await members.accountOf(email))?.name).toBe("Ada Lovelace");
    expect((await other.get("/orders")).html).toContain("Signed in as Ada Lovelace");
  });

  test("refuses a name that is none", async () => {
    const { shopper, email } = await members.join();
    const answer = await shopper.submit(await shopper.get("/account"), "/account/name", {
      name: "  ",
    });
    expect(answer.status).toBe(422);
    expect(textOf(answer)).toContain("Please fill in every field.");
    expect((await members.accountOf(email))?.name).toBe("Ada Moreau");
  });
});

describe("a new password", () => {
  test("ends all other sessions, and no longer the old one opens", async () => {
    const { shopper, email } = await members.join();
    const { shopper: other } = await members.signIn(email);
    const { shopper: third } = await members.signIn(email);
    await third.addToCart(MUG);
    const order = await third.buyCart();
    await other.addToCart(MUG);
    const checkout = await other.get("/checkout");
    const changed = await members.changePassword(shopper, PASSWORD, NEW_PASSWORD);
    expect(textOf(changed)).toContain("Your password is changed.");

    const refused = await other.submit(checkout, "/checkout", {
      street: "Quay 1",
      postalCode: "1",
      city: "Dublin",
      cardNumber: "4242424242424242",
    });
    expect(refused.path).toMatch(/^\/sign-in/);
    expect(textOf(refused)).toContain("You were signed out");
    const kept = await third.submit(order, `${order.path}/cancel`);
    expect(kept.path).toMatch(/^\/sign-in/);
    expect(textOf(await shopper.get(order.path))).not.toContain("refunded");
    expect((await other.get("/orders")).path).toMatch(/^\/sign-in/);
    expect(textOf(await other.get("/cart"))).toContain("Your cart is empty");

    expect(textOf(await shopper.get("/cart"))).toContain("1 piece");
    expect((await members.signIn(email)).answer.status).toBe(422);
    expect((await members.signIn(email, NEW_PASSWORD)).answer.status).toBe(200);
  });

  test.each(["/cart", "/orders", "/account", "/account/deletion", "/checkout"])(
    "an ended session sees nothing of its member at %s",
    async (path) => {
      const { shopper, email } = await members.join("Quintus Pell");
      await shopper.addToCart(MUG);
      const { shopper: other } = await members.signIn(email);
      await members.changePassword(shopper, PASSWORD, NEW_PASSWORD);
      const page = await other.get(path);
      expect(page.html).not.toContain("Quintus");
      expect(page.html).not.toContain(email);
      expect(page.html).not.toContain(MUG);
    },
  );

  test("needs the current one, and to be as good as at registration", async () => {
    const { shopper, email } = await members.join();
    const before = await members.accountOf(email);
    const wrong = await members.changePassword(shopper, "not my password", NEW_PASSWORD);
    expect([wrong.status, textOf(wrong)]).toEqual([
      422,
      expect.stringContaining("This is not your current password."),
    ]);
    for (const weak of ["short", "password123", `${email.slice(0, 8)}12`]) {
      const answer = await members.changePassword(shopper, PASSWORD, weak);
      expect([answer.status, answer.html]).toEqual([422, expect.stringContaining('role="alert"')]);
    }
    expect(await members.accountOf(email)).toEqual(before);
  });

  test("of two at the same time one wins", async () => {
    const { body } = await register(
      store.services.accounts.url,
      `${crypto.randomUUID()}@x.example`,
    );
    const path = `${store.services.accounts.url}/accounts/${body.id}/password`;
    const answers = await Promise.all(
      [NEW_PASSWORD, "another good one"].map((newPassword) =>
        call<{ sessionVersion?: number }>(path, "PUT", { currentPassword: PASSWORD, newPassword }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const won = answers.find(({ status }) => status === 200);
    expect(won?.body.sessionVersion).toBe(2);
  });
});

describe("sessions while the accounts service is down", () => {
  test("go on for those who were just here, and nobody is signed out", async () => {
    const { shopper } = await members.join("Vera Still");
    await shopper.addToCart(MUG);
    const cookie = shopper.cookies.get("session") ?? "";
    const replica = await store.start("storefront", { ACCOUNTS_URL: "http://127.0.0.1:1" });
    const lately = new Shopper(replica.url);
    lately.cookies.set("session", cookie);
    expect(textOf(await lately.get("/cart"))).toContain("1 piece");
    const order = await lately.submit(await lately.get("/checkout"), "/checkout", {
      street: "Quay 1",
      postalCode: "1",
      city: "Dublin",
      cardNumber: "4242424242424242",
    });
    expect(textOf(order)).toContain("your order is confirmed");

    const longAgo = new Shopper(replica.url);
    longAgo.cookies.set("session", agedCookie(cookie, 20 * 60));
    expect((await longAgo.get("/cart")).status).toBe(503);
    const browsing = await longAgo.get("/products");
    expect([browsing.status, browsing.html]).toEqual([
      200,
      expect.stringContaining("Signed in as Vera Still"),
    ]);
    const back = new Shopper(origin);
    back.cookies.set("session", longAgo.cookies.get("session") ?? "");
    expect((await back.get("/orders")).path).toBe("/orders");
    await replica.stop();
  });

  test("browsing asks again after five minutes, and not before", async () => {
    const { shopper, email } = await members.join("Otto Brief");
    const { shopper: other } = await members.signIn(email);
    const cookie = other.cookies.get("session") ?? "";
    await members.changePassword(shopper, PASSWORD, NEW_PASSWORD);
    expect((await other.get("/products")).html).toContain("Signed in as Otto Brief");
    other.cookies.set("session", agedCookie(cookie, 6 * 60));
    const page = await other.get("/products");
    expect(page.html).not.toContain("Otto");
    expect(textOf(page)).toContain("You were signed out");
  });
});

/** As it would have been left by somebody who has not been here for so long. */
function agedCookie(cookie: string, seconds: number): string {
  const state = JSON.parse(Buffer.from(cookie.split(".")[0] ?? "", "base64url").toString()) as {
    confirmed: number;
  };
  const aged = { ...state, confirmed: state.confirmed - seconds };
  const payload = Buffer.from(JSON.stringify(aged)).toString("base64url");
  return `${payload}.${new Signer(["k".repeat(40)]).sign("session", payload)}`;
}

describe("nobody changes what is not theirs", () => {
  test("a form's id of somebody else counts for nothing", async () => {
    const victim = await members.join("Vic Tim");
    const attacker = await members.join("Eve Ill");
    const { id } = (await members.accountOf(victim.email)) ?? {};
    const before = await members.accountOf(victim.email);
    const stolen = { id: String(id), accountId: String(id), account: String(id) };
    const form = await attacker.shopper.get(`/account?id=${id}`);
    expect(form.html).not.toContain(victim.email);
    await attacker.shopper.submit(form, "/account/name", { ...stolen, name: "Mine Now" });
    await attacker.shopper.submit(form, "/account/password", {
      ...stolen,
      currentPassword: PASSWORD,
      newPassword: NEW_PASSWORD,
    });
    await members.deleteAccount(attacker.shopper, { ...stolen, password: NEW_PASSWORD });
    expect(await members.accountOf(victim.email)).toEqual(before);
    expect(await members.accountOf(attacker.email)).toBeUndefined();
  });

  test("only the fields that an operation is about are taken", async () => {
    const { url } = store.services.accounts;
    const forged = {
      id: "000-00000000-0000-4000-8000-000000000000",
      sessionVersion: 99,
      session_version: 99,
      created_at: "1970-01-01",
      password_hash: "x",
      isAdmin: true,
    };
    const email = `${crypto.randomUUID()}@example.com`;
    const created = await call<{ id: string }>(`${url}/accounts`, "POST", {
      ...forged,
      name: "Mallory",
      email,
      password: PASSWORD,
    });
    const before = await members.accountOf(email);
    expect(created.body.id).not.toBe(forged.id);
    expect(before).toMatchObject({ id: created.body.id, session_version: 1 });
    const change = { ...forged, email: "other@example.com", name: "Mallory" };
    const renamed = await call(`${url}/accounts/${created.body.id}/name`, "PUT", change);
    expect(renamed.status).toBe(200);
    expect(await members.accountOf(email)).toEqual(before);
  });
});

test("a session planted before signing in is worth nothing afterwards", async () => {
  const { email } = await members.join("Fix Ated");
  const attacker = new Shopper(origin);
  await attacker.get("/");
  const planted = attacker.cookies.get("session") ?? "";
  const victim = new Shopper(origin);
  victim.cookies.set("session", planted);
  const page = await victim.get("/sign-in");
  await victim.submit(page, "/sign-in", { email, password: PASSWORD });
  expect((await victim.get("/account")).html).toContain(email);
  expect(victim.cookies.get("session")).not.toBe(planted);
  expect((await attacker.get("/account")).path).toMatch(/^\/sign-in/);
});
