import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Shopper } from "../support/shopper.ts";
import { type RunningService, type Store, startStore } from "../support/store.ts";

/** A secret in the middle of its rotation: services have both versions. */
let store: Store;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ha-store-rotation-"));
  const tokens = join(folder, "tokens");
  await writeFile(tokens, "service-token\nnext-token\n");
  store = await startStore({ SERVICE_TOKEN_FILE: tokens });
}, 180_000);

afterAll(async () => {
  await store?.stop();
  await rm(folder, { recursive: true, force: true });
});

let files = 0;

/** A further storefront, with another content of the file that a variable names. */
async function storefront(variable: string, content: string): Promise<RunningService> {
  files += 1;
  return store.start("storefront", { [variable]: await store.secret(`file-${files}`, content) });
}

describe("the token between services", () => {
  test.each(["catalog", "accounts", "orders"] as const)(
    "%s accepts both, and no third",
    async (service) => {
      const answers = await Promise.all(
        ["service-token", "next-token", "third-token", "service-token\nnext-token"].map(
          async (token) => {
            const authorization = `Bearer ${encodeURI(token)}`;
            const url = `${store.services[service].url}/openapi.json`;
            return (await fetch(url, { headers: { authorization } })).status;
          },
        ),
      );
      expect(answers).toEqual([200, 200, 401, 401]);
    },
  );

  test("whoever sends the next one is served, as whoever sends the old one", async () => {
    const next = await storefront("SERVICE_TOKEN_FILE", "next-token\nservice-token");
    for (const url of [next.url, store.services.storefront.url]) {
      const shopper = new Shopper(url);
      await shopper.register();
      expect((await shopper.get("/orders")).path).toBe("/orders");
    }
    const stranger = await storefront("SERVICE_TOKEN_FILE", "third-token");
    expect((await new Shopper(stranger.url).get("/products")).status).toBeGreaterThanOrEqual(400);
  });
});

describe("the key of sessions", () => {
  const [old, next] = ["k".repeat(40), "n".repeat(40)];

  async function isSignedIn(replica: RunningService, cookies: Map<string, string>) {
    const visitor = new Shopper(replica.url);
    for (const [name, value] of cookies) visitor.cookies.set(name, value);
    const { path } = await visitor.get("/orders");
    return { signedIn: path === "/orders", cookies: visitor.cookies };
  }

  test("a session of the old one goes on, is signed anew, and outlives the old one", async () => {
    const shopper = new Shopper(store.services.storefront.url);
    await shopper.register();
    const both = await storefront("SESSION_KEYS_FILE", JSON.stringify([next, old]));
    const alone = await storefront("SESSION_KEYS_FILE", JSON.stringify([next]));
    expect((await isSignedIn(alone, shopper.cookies)).signedIn).toBe(false);
    const came = await isSignedIn(both, shopper.cookies);
    expect(came.signedIn).toBe(true);
    expect((await isSignedIn(alone, came.cookies)).signedIn).toBe(true);
  });

  test("replicas that still sign with the old one accept what others sign with the next", async () => {
    const next1 = await storefront("SESSION_KEYS_FILE", JSON.stringify([next, old]));
    const old1 = await storefront("SESSION_KEYS_FILE", JSON.stringify([old, next]));
    const shopper = new Shopper(next1.url);
    await shopper.register();
    for (const replica of [old1, next1, old1, next1]) {
      const { signedIn, cookies } = await isSignedIn(replica, shopper.cookies);
      expect(signedIn).toBe(true);
      for (const [name, value] of cookies) shopper.cookies.set(name, value);
    }
  });
});
