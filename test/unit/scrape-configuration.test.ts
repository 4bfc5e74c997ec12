import { parse } from "yaml";
import { ruleFile } from "../../components/observability/rules.ts";
import { scrapeConfiguration } from "../../components/observability/scrape-configuration.ts";
import type { ScrapeTarget } from "../../components/observability/scrape-target.ts";

const members = [
  { name: "shard-1-1", zone: "a" },
  { name: "shard-1-2", zone: "b" },
];
const targets: ScrapeTarget[] = [
  { job: "service", service: "catalog", port: 8080, wanted: 3 },
  { job: "service", service: "orders", port: 8080, wanted: 2 },
  { job: "edge", service: "edge-balancer", port: 8404 },
  { job: "database", service: "shard-1", port: 8008, members, synchronous: true },
  { job: "database", service: "alone", port: 8008, members: [{ name: "alone-1" }] },
];

interface Job {
  job_name: string;
  static_configs?: { targets: string[]; labels: Record<string, string> }[];
  dns_sd_configs?: { names: string[]; type: string; port: number }[];
  params?: Record<string, string[]>;
}
const inFull = (service: string) => `${service}.shop.svc.cluster.local`;
const configuration = parse(scrapeConfiguration(targets, "/rules.yml", inFull));
const job = (name: string) =>
  configuration.scrape_configs.find((one: Job) => one.job_name === name) as Job;

test("replicas are found by DNS, all of a kind in one job", () => {
  expect(configuration.scrape_configs).toHaveLength(3);
  expect(job("service").static_configs).toBeUndefined();
  expect(job("service").dns_sd_configs).toMatchObject([
    { names: ["catalog.shop.svc.cluster.local"], type: "A", port: 8080 },
    { names: ["orders.shop.svc.cluster.local"], type: "A", port: 8080 },
  ]);
});

test("members are asked by name, and labelled with their cluster and zone", () => {
  expect(job("database").dns_sd_configs).toBeUndefined();
  expect(job("database").static_configs).toEqual([
    {
      targets: ["shard-1-1:8008"],
      labels: { service: "shard-1", member: "shard-1-1", zone: "a" },
    },
    {
      targets: ["shard-1-2:8008"],
      labels: { service: "shard-1", member: "shard-1-2", zone: "b" },
    },
    { targets: ["alone-1:8008"], labels: { service: "alone", member: "alone-1" } },
  ]);
});

test("HAProxy is not asked about each server", () => {
  expect(job("edge").params).toEqual({ scope: ["frontend", "backend"] });
});

test("of what is autoscaled there should be as many as the autoscaler says, once it does", () => {
  const scaled: ScrapeTarget = {
    job: "service",
    service: "catalog",
    port: 8080,
    wanted: 2,
    autoscaled: true,
  };
  expect(parse(ruleFile([scaled])).groups[0].rules[0]).toEqual({
    record: "store:wanted",
    expr: 'max(autoscaler_replicas{workload="catalog"}) or vector(2)',
    labels: { job: "service", service: "catalog" },
  });
});

test("the rules know how many there should be", () => {
  const { groups } = parse(ruleFile(targets));
  const wanted = groups
    .flatMap(({ rules }: { rules: { record?: string }[] }) => rules)
    .filter(({ record = "" }) => record.endsWith("wanted"))
    .map(({ record, expr, labels }: { record: string; expr: string; labels: object }) => [
      record,
      expr,
      Object.values(labels).join("/"),
    ]);
  expect(wanted).toEqual([
    ["store:wanted", "vector(3)", "service/catalog"],
    ["store:wanted", "vector(2)", "service/orders"],
    ["store:wanted", "vector(1)", "edge/edge-balancer"],
    ["store:wanted", "vector(2)", "database/shard-1"],
    ["store:synchronous_wanted", "vector(1)", "shard-1"],
    ["store:wanted", "vector(1)", "database/alone"],
  ]);
});
