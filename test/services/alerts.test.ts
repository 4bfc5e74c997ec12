import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { alerts } from "../../components/observability/alerts.ts";
import { ruleFile } from "../../components/observability/rules.ts";
import type { ScrapeTarget } from "../../components/observability/scrape-target.ts";
import { start } from "../support/processes.ts";

const three = (name: string) =>
  [1, 2, 3].map((number) => ({ name: `${name}-${number}`, zone: `zone-${number}` }));

const targets: ScrapeTarget[] = [
  { job: "service", service: "catalog", port: 8080, wanted: 2 },
  { job: "edge", service: "edge-balancer", port: 8404 },
  { job: "database", service: "shard-1", port: 8008, members: three("shard-1"), synchronous: true },
  { job: "etcd", service: "etcd", port: 2381, members: three("etcd") },
  { job: "backup", service: "backup", port: 8433, members: [{ name: "backup", zone: "zone-3" }] },
  { job: "node", service: "node-exporter", port: 9100, members: three("node-exporter") },
];

/** A series and its values in promtool's notation, one each 10 s; `_` is none. */
type Series = Record<string, string>;

const label = (name: string, labels: Record<string, string>) =>
  `${name}{${Object.entries(labels)
    .map(([key, value]) => `${key}="${value}"`)
    .join(",")}}`;
const patroni = (name: string, number: number) =>
  label(name, {
    job: "database",
    service: "shard-1",
    member: `shard-1-${number}`,
    zone: `zone-${number}`,
    name: `shard-1-${number}`,
  });
const up = (job: string, service: string, member: string) =>
  label("up", { job, service, member, instance: member });
const etcdLeader = (number: number) =>
  label("etcd_server_has_leader", { job: "etcd", service: "etcd", member: `etcd-${number}` });
const responses = 'haproxy_frontend_http_responses_total{proxy="edge",code="5xx"}';
const page = (le: string) =>
  `http_request_duration_seconds_bucket{service="storefront",route="/",le="${le}"}`;
const backup = (what: string) => `store_backup_${what}_timestamp_seconds{cluster="shard-1"}`;
const disk = (what: string) => `node_filesystem_${what}_bytes{mountpoint="/",zone="zone-1"}`;
const notSent =
  'alertmanager_notifications_failed_total{integration="webhook",member="alertmanager-1"}';
const overAnHour = "x2000";

/** A store that is well, for five and a half hours. */
const well: Series = {
  'up{job="service",service="catalog",instance="a"}': `1${overAnHour}`,
  'up{job="service",service="catalog",instance="b"}': `1${overAnHour}`,
  'up{job="edge",service="edge-balancer",instance="c"}': `1${overAnHour}`,
  [up("backup", "backup", "backup")]: `1${overAnHour}`,
  ...Object.fromEntries(
    ["database", "etcd", "node"].flatMap((job) => {
      const service = { database: "shard-1", node: "node-exporter" }[job] ?? job;
      return three(service).map(({ name }) => [up(job, service, name), `1${overAnHour}`]);
    }),
  ),
  ...Object.fromEntries(
    [1, 2, 3].flatMap((number) => {
      const primary = number === 1;
      return [
        [patroni("patroni_primary", number), `${Number(primary)}${overAnHour}`],
        [patroni("patroni_replica", number), `${Number(!primary)}${overAnHour}`],
        [patroni("patroni_postgres_running", number), `1${overAnHour}`],
        [patroni("patroni_sync_standby", number), `0${overAnHour}`],
        [patroni("patroni_quorum_standby", number), `${Number(!primary)}${overAnHour}`],
        [patroni("patroni_xlog_location", number), primary ? `0+100000${overAnHour}` : "0x2000"],
        [patroni("patroni_xlog_replayed_location", number), `0+100000${overAnHour}`],
        [etcdLeader(number), `1${overAnHour}`],
      ];
    }),
  ),
  'store_cache_answering{service="catalog",instance="a"}': `1${overAnHour}`,
  'store_cache_answering{service="catalog",instance="b"}': `0${overAnHour}`,
  'haproxy_frontend_http_requests_total{proxy="edge"}': `0+100${overAnHour}`,
  [responses]: `0+1${overAnHour}`,
  [page("0.1")]: `0+100${overAnHour}`,
  [page("2.5")]: `0+100${overAnHour}`,
  [page("+Inf")]: `0+100${overAnHour}`,
  'store_stock_outs_total{service="orders"}': `0+0.01${overAnHour}`,
  // promtool's clock begins at 0: due at the start, and taken a moment later.
  [backup("due")]: `100${overAnHour}`,
  [backup("started")]: `105${overAnHour}`,
  [notSent]: `0${overAnHour}`,
  [disk("avail")]: `50${overAnHour}`,
  [disk("size")]: `100${overAnHour}`,
};

const gone = (...series: string[]): Series =>
  Object.fromEntries(series.map((name) => [name, "1x3 _x2000"]));
const becomes = (value: number, ...series: string[]): Series =>
  Object.fromEntries(series.map((name) => [name, `1x3 ${value}x2000`]));

/** What each alert is for, beginning after half a minute. */
const broken: Record<string, Series> = {
  // Of replicas that are unhealthy DNS says nothing, so their series end.
  ServiceDown: gone(
    'up{job="service",service="catalog",instance="a"}',
    'up{job="service",service="catalog",instance="b"}',
  ),
  ReplicasMissing: gone('up{job="service",service="catalog",instance="b"}'),
  NoPrimary: becomes(0, patroni("patroni_primary", 1)),
  DatabaseMemberDown: becomes(0, up("database", "shard-1", "shard-1-2")),
  StandbyLagging: { [patroni("patroni_xlog_replayed_location", 2)]: `0${overAnHour}` },
  NoSynchronousStandby: becomes(
    0,
    patroni("patroni_quorum_standby", 2),
    patroni("patroni_quorum_standby", 3),
  ),
  EtcdMemberDown: becomes(0, up("etcd", "etcd", "etcd-1")),
  EtcdWithoutMajority: gone(etcdLeader(1), etcdLeader(2)),
  CacheUnreachable: becomes(0, 'store_cache_answering{service="catalog",instance="a"}'),
  EdgeErrors: { [responses]: `0+5${overAnHour}` },
  SlowPages: { [page("0.1")]: `0+98${overAnHour}` },
  StockOuts: { 'store_stock_outs_total{service="orders"}': `0+1${overAnHour}` },
  BackupHostDown: becomes(0, up("backup", "backup", "backup")),
  BackupOverdue: { [backup("started")]: `1${overAnHour}` },
  AlertsNotSent: { [notSent]: `0+1${overAnHour}` },
  NodeDown: becomes(0, up("node", "node-exporter", "node-exporter-3")),
  DiskNearlyFull: { [disk("avail")]: `9${overAnHour}` },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ha-store-rules-"));
  await writeFile(join(folder, "rules.yml"), ruleFile(targets));
});
afterAll(() => rm(folder, { recursive: true }));

/** How long it takes until each alert has to be there. */
const late: Record<string, string> = { BackupOverdue: "150m", StandbyLagging: "60m" };

/** Names of all alerts that fire at that time: exactly these. */
async function expectFiring(series: Series, at: string, names: string[]): Promise<void> {
  const test = {
    rule_files: ["rules.yml"],
    evaluation_interval: "10s",
    tests: [
      {
        interval: "10s",
        input_series: Object.entries({ ...well, ...series }).map(([name, values]) => ({
          series: name,
          values,
        })),
        promql_expr_test: [
          {
            expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
            eval_time: at,
            exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
          },
        ],
      },
    ],
  };
  await writeFile(join(folder, "test.yml"), stringify(test));
  const promtool = start("promtool", ["test", "rules", join(folder, "test.yml")]);
  const code = await promtool.exited;
  expect({ code, output: code === 0 ? "" : promtool.output() }).toEqual({ code: 0, output: "" });
}

test("promtool takes the rules", async () => {
  const promtool = start("promtool", ["check", "rules", join(folder, "rules.yml")]);
  expect([await promtool.exited, promtool.output()]).toEqual([0, expect.stringMatching(/SUCCESS/)]);
});

test("each alert has a fault that it is for", () => {
  expect(Object.keys(broken).sort()).toEqual(alerts.map(({ name }) => name).sort());
});

test.each(["30s", "5m", "3h"])("a store that is well is silent after %s", async (at) => {
  await expectFiring({}, at, []);
});

test.each(Object.entries(broken))(
  "%s tells of its fault, and no other does",
  async (name, series) => {
    await expectFiring(series, late[name] ?? "15m", [name]);
  },
);
