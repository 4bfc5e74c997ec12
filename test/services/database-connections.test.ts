import type { Postgres } from "../support/postgres.ts";
import { freePort, untilWritten } from "../support/processes.ts";
import { type RunningService, type Store, startBundle, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

let store: Store;

beforeAll(async () => {
  store = await startStore();
}, 180_000);

afterAll(() => store?.stop());

async function get(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { headers: { authorization: "Bearer service-token" } });
  return { status: response.status, body: await response.json() };
}

describe("with standbys", () => {
  let standby: Postgres;
  let catalog: RunningService;

  beforeAll(async () => {
    standby = await store.postgres.startStandby();
    catalog = await store.start("catalog", { DATABASE_STANDBY_PORT: String(standby.port) });
  });

  afterAll(() => standby?.stop());

  async function readsOf(server: Postgres, statement: string): Promise<number> {
    const rows = await server.query(
      "postgres",
      "SELECT FROM pg_stat_activity WHERE application_name = 'catalog' AND query LIKE $1",
      [`%${statement}%`],
    );
    return rows.length;
  }

  test("lists come from a standby, single products and their stock from the primary", async () => {
    expect((await get(`${catalog.url}/products?sort=name&limit=7`)).status).toBe(200);
    expect(await readsOf(standby, "FROM products")).toBeGreaterThan(0);
    expect((await get(`${catalog.url}/product-batch?ids=1,2`)).status).toBe(200);
    expect(await readsOf(standby, "ANY($")).toBe(0);
  });

  test("a standby's newest is good enough while there is no primary", async () => {
    const away = store.postgres.beAwayFor(3_000);
    await untilWritten(catalog, "database not reachable");
    for (const ids of ["3", "4", "5,6", "7,8"]) {
      expect((await get(`${catalog.url}/product-batch?ids=${ids}`)).status).toBe(200);
    }
    expect(await readsOf(standby, "ANY($")).toBeGreaterThan(0);
    expect((await get(`${catalog.url}/readyz`)).status).toBe(200);
    expect(await Promise.race([away.then(() => "back"), "away"])).toBe("away");
    await away;
    await until("the primary to be asked again", async () => {
      await get(`${catalog.url}/product-batch?ids=9`);
      return catalog.output().includes("primary answering");
    });
  });

  test("without a standby lists come from the primary", async () => {
    await standby.stop();
    for (let limit = 1; limit < 6; limit += 1) {
      const started = performance.now();
      expect((await get(`${catalog.url}/products?limit=${limit}`)).status).toBe(200);
      expect(performance.now() - started).toBeLessThan(2_000);
    }
    await untilWritten(catalog, "standbys not answering: reading from the primary");
  });
});

describe("with TLS", () => {
  let certificate: string;

  beforeAll(async () => {
    certificate = await store.postgres.offerTls();
  });

  test("the connection is encrypted, and the server's name checked", async () => {
    const changes = {
      DATABASE_HOST: "localhost",
      DATABASE_CA_FILE: await store.secret("ca", certificate),
    };
    const accounts = await store.start("accounts", changes);
    const rows = await store.postgres.query(
      "postgres",
      `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
       WHERE usename = 'accounts' AND client_port IS NOT NULL AND ssl`,
    );
    expect(rows.length).toBeGreaterThan(0);
    await accounts.stop();
    expect(await failure({ ...changes, DATABASE_HOST: "127.0.0.1" })).toContain("ERR_TLS_CERT");
  });

  test("a certificate of somebody else is refused", async () => {
    const foreign = await store.secret("foreign-ca", await otherCertificate());
    const changes = { DATABASE_HOST: "localhost", DATABASE_CA_FILE: foreign };
    expect(await failure(changes)).toContain("self-signed certificate");
  });

  async function otherCertificate(): Promise<string> {
    const before = certificate;
    certificate = await store.postgres.offerTls();
    return before;
  }

  async function failure(changes: Record<string, string>): Promise<string> {
    const running = startBundle("accounts", {
      ...store.environment("accounts"),
      ...changes,
      PORT: String(await freePort()),
    });
    await until("the service to give up", () => running.process.exitCode !== null);
    expect(await running.exited).toBe(1);
    return running.output();
  }
});
