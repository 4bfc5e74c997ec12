import { parse } from "yaml";
import { Monitoring, type MonitoringArgs } from "../../components/observability/monitoring.ts";
import type { ScrapeTarget } from "../../components/observability/scrape-target.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";
import { refusalOf } from "./support/refusal.ts";

const targets: ScrapeTarget[] = [{ job: "service", service: "catalog", port: 8080, wanted: 2 }];

let orchestrator: RecordingOrchestrator;
const network = (name: string) =>
  orchestrator.network(name, { encrypted: true, internal: true }, {});

beforeEach(async () => {
  await recordResources();
  orchestrator = new RecordingOrchestrator(["a", "b", "c"]);
});

const images = { prometheus: "prometheus", "node-exporter": "node-exporter", status: "status" };

function make(args: Partial<MonitoringArgs> = {}) {
  const monitoring = new Monitoring("monitoring", {
    orchestrator,
    images,
    networks: [network("application"), network("data")],
    targets,
    ...args,
  });
  const set = (name: string) => only(orchestrator.statefulSets.filter((it) => it.name === name));
  const file = (name: string) =>
    parse(String(only(orchestrator.configFiles.filter((it) => it.name === name)).spec.content));
  return { monitoring, set: (name: string) => set(name).spec, file };
}

test("Prometheus stays with its volume in the first zone, on every network and on no port", async () => {
  const { monitoring, set } = make();
  const prometheus = set("prometheus");
  expect(prometheus.members).toEqual([{ name: "prometheus", zone: "a" }]);
  expect(prometheus.volumePath).toBe("/var/lib/prometheus");
  expect(prometheus.ports).toBeUndefined();
  const ids = await Promise.all(prometheus.networks.map(({ id }) => promiseOf(id)));
  expect(ids).toEqual(["monitoring-network", "application-network", "data-network"]);
  expect(prometheus.command).toEqual(
    expect.arrayContaining(["--storage.tsdb.retention.time=15d", "--web.listen-address=:9090"]),
  );
  expect(prometheus.command?.join(" ")).not.toContain("enable");
  expect(prometheus.environment).toEqual({ GOMEMLIMIT: "307MiB" });
  expect(monitoring.prometheusUrl).toBe("http://prometheus:9090");
});

test("the status page reaches Prometheus alone, and has the only port", async () => {
  const { set } = make({ title: "Harbour", statusPort: 9000 });
  const status = set("status");
  expect(await Promise.all(status.networks.map(({ id }) => promiseOf(id)))).toEqual([
    "monitoring-network",
  ]);
  expect(status.ports).toEqual([{ target: 8080, published: 9000, http: { subdomain: "status" } }]);
  expect(status.members).toEqual([{ name: "status", zone: "a" }]);
  expect(status.environment).toMatchObject({
    PROMETHEUS_URL: "http://prometheus:9090",
    STORE_NAME: "Harbour",
  });
  expect(orchestrator.statefulSets.filter(({ spec }) => spec.ports).length).toBe(1);
});

test("each zone's node is looked after, and told by its name", () => {
  const { set, file } = make();
  expect(set("node-exporter").members).toEqual([
    { name: "node-exporter-1", zone: "a" },
    { name: "node-exporter-2", zone: "b" },
    { name: "node-exporter-3", zone: "c" },
  ]);
  expect(set("node-exporter").environment).toEqual({ NODE_NAME: "<node>" });
  const { scrape_configs } = file("prometheus-configuration");
  expect(scrape_configs.map(({ job_name }: { job_name: string }) => job_name)).toEqual([
    "service",
    "node",
  ]);
});

test("without zones there is one of each", () => {
  orchestrator = new RecordingOrchestrator();
  const { set } = make();
  expect(set("node-exporter").members).toEqual([{ name: "node-exporter-1" }]);
  expect(set("prometheus").members).toEqual([{ name: "prometheus", zone: undefined }]);
});

test("Prometheus finds its files where its configuration says", () => {
  const { set, file } = make();
  const { configFiles = [] } = set("prometheus");
  const paths = configFiles.map(({ path }) => path);
  expect(set("prometheus").command).toContain(`--config.file=${paths[0]}`);
  expect(file("prometheus-configuration").rule_files).toEqual([paths[1]]);
});

test("what can be set is set", () => {
  const { set } = make({ zone: "c", retentionDays: 3, retentionMiB: 100, memoryLimitMiB: 1000 });
  expect(set("prometheus").members).toEqual([{ name: "prometheus", zone: "c" }]);
  expect(set("status").members).toEqual([{ name: "status", zone: "c" }]);
  expect(set("prometheus").command).toEqual(
    expect.arrayContaining([
      "--storage.tsdb.retention.time=3d",
      "--storage.tsdb.retention.size=100MB",
    ]),
  );
  expect(set("prometheus").resources.memoryLimitMiB).toBe(1000);
});

test("it is ready when all of it is", async () => {
  expect(await promiseOf(make().monitoring.ready.apply((parts) => parts.length))).toBe(5);
});

test("with somebody to tell, Prometheus tells both Alertmanagers, and watches them", () => {
  const alertWebhooks = ["https://chat.example/hooks/1"];
  const { file, set } = make({
    images: { ...images, alertmanager: "alertmanager" },
    alertWebhooks,
  });
  const { alerting, scrape_configs } = file("prometheus-configuration");
  const members = ["alertmanager-1:9093", "alertmanager-2:9093"];
  expect(alerting).toEqual({ alertmanagers: [{ static_configs: [{ targets: members }] }] });
  const watched = scrape_configs.find(
    ({ job_name }: { job_name: string }) => job_name === "alertmanager",
  );
  expect(watched.static_configs).toMatchObject(members.map((member) => ({ targets: [member] })));
  expect(set("alertmanager").image).toBe("alertmanager");
});

test("with nobody to tell there is no Alertmanager", () => {
  const { file } = make();
  expect(file("prometheus-configuration").alerting).toBeUndefined();
  expect(orchestrator.statefulSets.map(({ name }) => name)).not.toContain("alertmanager");
});

test("somebody to tell, and no image of who does, is refused", () => {
  expect(refusalOf(() => make({ alertWebhooks: ["https://chat.example"] }))).toEqual({
    propertyPath: "images.alertmanager",
    reason: "is missing, but there are alertWebhooks: give it",
  });
});

test("a zone that isn't there and nothing to watch are refused", () => {
  expect(() => make({ zone: "moon" })).toThrow(/"moon".*\(a, b, c\)/);
  expect(() => make({ targets: [] })).toThrow(/targets|at least one/);
});
