import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ScrapeJob, ScrapeTarget } from "../../components/observability/scrape-target.ts";
import { queries } from "../../services/status/queries.ts";
import { type Edge, startEdge } from "../support/edge.ts";
import { type Monitoring, startMonitoring, startNodeExporter } from "../support/monitoring.ts";
import { Shopper } from "../support/shopper.ts";
import { type ServiceName, type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

const services: ServiceName[] = ["storefront", "catalog", "accounts", "orders"];
const release = "0123456789ab";
const mib = 1024 * 1024;

/** What Patroni 4 answers at /metrics, for a primary and for a standby that is a bit behind. */
function patroni(member: string, primary: boolean): string {
  const labels = `{scope="shard-1",name="${member}"}`;
  return Object.entries({
    patroni_postgres_running: 1,
    patroni_primary: Number(primary),
    patroni_replica: Number(!primary),
    patroni_xlog_location: primary ? 100 * mib : 0,
    patroni_xlog_replayed_location: primary ? 0 : 98 * mib,
    patroni_sync_standby: 0,
    patroni_quorum_standby: Number(!primary),
    patroni_postgres_timeline: 7,
  })
    .map(([name, value]) => `${name}${labels} ${value}\n`)
    .join("");
}

async function serve(text: string): Promise<{ server: Server; port: number }> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/plain; version=0.0.4").end(text);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

const portOf = (url: string) => Number(new URL(url).port);
const target = (job: ScrapeJob, service: string, port: number): ScrapeTarget => ({
  job,
  service,
  port,
  members: [{ name: "127.0.0.1", zone: "harbour-1" }],
});

let store: Store;
let edge: Edge;
let exporter: Awaited<ReturnType<typeof startNodeExporter>>;
let monitoring: Monitoring;
const members: Server[] = [];

beforeAll(async () => {
  store = await startStore({ NODE_NAME: "node-a", RELEASE: release });
  edge = await startEdge([store.services.storefront.url]);
  exporter = await startNodeExporter("node-a");
  const databases = await Promise.all(
    [true, false].map((primary) => serve(patroni(primary ? "one" : "two", primary))),
  );
  members.push(...databases.map(({ server }) => server));
  const [primary, standby] = databases.map(({ port }) => port);
  monitoring = await startMonitoring([
    ...services.map((name) => target("service", name, portOf(store.services[name].url))),
    target("edge", "edge-balancer", edge.metricsPort),
    target("node", "node-exporter", exporter.port),
    // Two names of this machine, since members are told apart by theirs.
    {
      ...target("database", "shard-1", primary ?? 0),
      synchronous: true,
    },
    {
      job: "database",
      service: "shard-1",
      port: standby ?? 0,
      members: [{ name: "localhost", zone: "harbour-2" }],
    },
  ]);
}, 180_000);

afterAll(async () => {
  await monitoring?.stop();
  await exporter?.stop();
  await edge?.stop();
  for (const server of members) server.close();
  await store?.stop();
});

const page = async (query = "") => {
  const answer = await fetch(`${monitoring.url}/${query}`);
  return { status: answer.status, headers: answer.headers, html: await answer.text() };
};
/** The text of the row that begins with this. */
const row = (html: string, head: string) => {
  const rows = html.split("<tr>").map((one) =>
    one
      .split("</tr>")[0]
      ?.replace(/<[^>]+>/g, " ")
      .replace(/\s+/g, " ")
      .trim(),
  );
  return rows.find((one) => one?.startsWith(`${head} `)) ?? "";
};
const shows = (what: string, head: string, text: RegExp) =>
  until(what, async () => text.test(row((await page()).html, head)), 40);

interface Dashboard {
  panels: { targets: { expr: string }[] }[];
  annotations: { list: { expr: string }[] };
}

const { panels, annotations }: Dashboard = JSON.parse(
  readFileSync("dashboards/store.json", "utf8"),
);
const ofDashboard = [...panels.flatMap(({ targets }) => targets), ...annotations.list];

test("everything is scraped, and every query of page and dashboard is one", async () => {
  const targets = services.length + 4;
  await until(
    "all targets",
    async () => (await monitoring.query("up == 1")).length === targets,
    40,
  );
  const expressions = [...Object.values(queries), ...ofDashboard.map(({ expr }) => expr)];
  for (const expression of expressions) await monitoring.query(expression);
});

test("the page shows what customers do", async () => {
  const customer = new Shopper(edge.origin);
  await until(
    "requests, their times, and no errors",
    async () => {
      await customer.get("/");
      const { html } = await page();
      return (
        /second<\/dt><dd>[1-9]|second<\/dt><dd>0\.[1-9]/.test(html) &&
        /within<\/dt><dd>\d+ ms/.test(html)
      );
    },
    60,
  );
  expect((await page()).html).toContain("<dt>Errors</dt><dd>0 %</dd>");
});

test("services, where they run, and what", async () => {
  await shows("a replica in its zone", "orders", /^orders ● 1 of 1 1/);
  const [{ value } = { value: 0 }] = await monitoring.query(
    'store:release_start:seconds{service="orders"}',
  );
  expect(Math.abs(Date.now() / 1000 - value)).toBeLessThan(600);
  expect((await page()).html).toContain(`<code>${release}</code>`);
});

test("database members: role, zone, how far behind, timeline", async () => {
  await shows("the primary", "127.0.0.1", /harbour-1 ● primary – 7$/);
  await shows("the standby", "localhost", /harbour-2 ● synchronous standby 2 MiB 7$/);
});

test("the node's own load, memory and disk", async () => {
  await shows("the node", "node-a", /^node-a harbour-1 \d[\d.]* % \d[\d.]* % (▲ )?\d[\d.]* %$/);
});

test("a cache that answers is said to", async () => {
  await shows("the cache", "cache", /primary answers/);
});

test("the page comes again by itself, unless it is held still", async () => {
  expect((await page()).headers.get("refresh")).toBe("10");
  const still = await page("?refresh=off");
  expect(still.status).toBe(200);
  expect(still.headers.get("refresh")).toBeNull();
  expect(still.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(still.html).not.toMatch(/<script|style="/);
});

test("a service that is gone is said to be, at once and then as an alert", async () => {
  await store.services.catalog.stop();
  await shows("nobody answers", "catalog", /■ 0 of 1/);
  await until("the alert", async () => /class="verdict bad"/.test((await page()).html), 60);
  const { html } = await page();
  expect(row(html, "ServiceDown")).toMatch(/■ critical No replica of catalog answers docs/);
});

test("without Prometheus the page says so, and comes again", async () => {
  await monitoring.stopPrometheus();
  await until("the answer", async () => (await page()).status === 503);
  const { html, headers } = await page();
  expect(html).toContain("Prometheus does not answer");
  expect(headers.get("refresh")).toBe("10");
});
