import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readCatalogSettings } from "../../services/catalog/settings.ts";
import { readOrdersSettings } from "../../services/orders/settings.ts";
import { SettingsError } from "../../services/shared/settings.ts";
import { readStorefrontSettings } from "../../services/storefront/settings.ts";
import { bundleServices, type ServiceName, startBundle } from "../support/store.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ha-store-settings-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

test("all problems are reported at once, each with variable, value and fix", async () => {
  const problems = problemsOf(() =>
    readStorefrontSettings({
      PORT: "eighty",
      LOG_LEVEL: "loud",
      DRAIN_SECONDS: "-1",
      COOKIE_SECURE: "yes",
      CATALOG_URL: "catalog:8080",
      ACCOUNTS_URL: "http://accounts:8080/api",
      SESSION_KEYS_FILE: join(folder, "absent"),
      SERVICE_TOKEN_FILE: "",
    }),
  );
  expect(problems).toEqual([
    "PORT=eighty is not valid: set it to a whole number from 1 to 65535",
    "LOG_LEVEL=loud is not valid: set it to one of fatal, error, warn, info, debug, trace",
    "DRAIN_SECONDS=-1 is not valid: set it to a whole number from 0 to 300",
    `SESSION_KEYS_FILE=${folder}/absent is not valid: set it to a readable file that holds the secret (ENOENT)`,
    "CATALOG_URL=catalog:8080 is not valid: set it to an origin such as http://catalog:8080",
    "ACCOUNTS_URL=http://accounts:8080/api is not valid: set it to an origin such as http://catalog:8080",
    "ORDERS_URL is not set: set it to an origin such as http://catalog:8080",
    "COOKIE_SECURE=yes is not valid: set it to true or false",
  ]);
});

test("secrets never appear in messages", async () => {
  const secrets = ["too-short-to-sign", "hunter2"];
  const problems = problemsOf(() =>
    readStorefrontSettings({
      SESSION_KEYS_FILE: join(folder, "short"),
      CATALOG_URL: "http://user:hunter2@catalog:8080",
      ACCOUNTS_URL: "http://accounts",
      ORDERS_URL: "http://orders",
    }),
  );
  await file("short", JSON.stringify(["too-short-to-sign"]));
  const withFile = problemsOf(() =>
    readStorefrontSettings({
      SESSION_KEYS_FILE: join(folder, "short"),
      CATALOG_URL: "http://catalog",
      ACCOUNTS_URL: "http://accounts",
      ORDERS_URL: "http://orders",
    }),
  );
  expect(withFile).toHaveLength(1);
  for (const secret of secrets) expect([...problems, ...withFile].join()).not.toContain(secret);
});

test.each([["not json"], ["[]"], ['{"a":1}'], ['["short"]'], ["[1]"]])(
  "session keys %s are refused",
  async (content) => {
    const path = await file("keys", content);
    const problems = problemsOf(() => readStorefrontSettings({ SESSION_KEYS_FILE: path }));
    expect(problems.some((problem) => problem.startsWith("SESSION_KEYS_FILE"))).toBe(true);
  },
);

test("without CACHE_SENTINELS there is no cache, and the rest has defaults", async () => {
  const settings = readCatalogSettings({
    DATABASE_HOST: "db",
    DATABASE_NAME: "catalog",
    DATABASE_USER: "catalog",
    DATABASE_PASSWORD_FILE: await file("password", "secret\n"),
  });
  expect(settings).toEqual({
    port: 8080,
    logLevel: "info",
    drainSeconds: 5,
    serviceTokens: [],
    maxInFlight: 256,
    replica: { node: "", release: "" },
    database: { host: "db", port: 5432, name: "catalog", user: "catalog", password: "secret" },
    cache: undefined,
    seedProducts: 240,
  });
});

test("administrators are e-mail addresses, or none", () => {
  const problems = problemsOf(() => readStorefrontSettings({ ADMIN_EMAILS: "a@example.com,boss" }));
  expect(problems).toContain(
    "ADMIN_EMAILS contains boss: write e-mail addresses separated by commas",
  );
});

test("an empty password file is a problem", async () => {
  const path = await file("empty", "\n");
  const problems = problemsOf(() => readOrdersSettings({ DATABASE_PASSWORD_FILE: path }));
  expect(problems.join("\n")).toContain("the file is empty");
});

test("a service with wrong settings ends with code 78 and says all of it", async () => {
  await bundleServices();
  const expected: Record<ServiceName | "status" | "autoscaler", number> = {
    storefront: 4,
    catalog: 4,
    accounts: 5,
    orders: 5,
    status: 1,
    autoscaler: 1,
  };
  for (const [service, count] of Object.entries(expected) as [keyof typeof expected, number][]) {
    const running = startBundle(service, {});
    expect(await running.exited).toBe(78);
    expect(running.output()).toContain(`${count} setting(s) to fix:`);
    expect(running.output()).not.toMatch(/\n\s+at /);
  }
});

describe("the containers' health check", () => {
  const check = (port: number) =>
    new Promise<number>((done) => {
      const script = resolve("services/shared/healthcheck");
      execFile("bash", [script], { env: { PORT: String(port) } }, (error) => {
        done(error === null ? 0 : Number(error.code));
      });
    });

  test.each([
    [200, 0],
    [503, 1],
  ])("an answer of %d makes the exit code %d", async (status, code) => {
    const server = createServer((_request, response) => response.writeHead(status).end());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    expect(await check(port)).toBe(code);
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    expect(await check(port)).toBe(1);
  });

  test("a service that hangs is not healthy, and that is known in time", async () => {
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const started = performance.now();
    expect(await check(port)).toBe(1);
    expect(performance.now() - started).toBeLessThan(4_000);
    server.closeAllConnections();
    server.close();
  });
});
