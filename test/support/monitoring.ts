import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { ruleFile } from "../../components/observability/rules.ts";
import { scrapeConfiguration } from "../../components/observability/scrape-configuration.ts";
import type { ScrapeTarget } from "../../components/observability/scrape-target.ts";
import { freePort, type Running, start, stop } from "./processes.ts";
import { startBundle } from "./store.ts";
import { until } from "./until.ts";

export interface Monitoring {
  /** What Prometheus says to an expression: labels and value of each series. */
  query: (expression: string) => Promise<{ metric: Record<string, string>; value: number }[]>;
  /** Of the status page. */
  url: string;
  /** Ends Prometheus alone. */
  stopPrometheus: () => Promise<void>;
  stop: () => Promise<void>;
}

interface MonitoringOptions {
  /** Who is told of alerts, `host:port` each. @default nobody */
  alertmanagers?: string[];
  /** For how many seconds an alert has to be true, by its name. @default as the component says */
  alertAfter?: Record<string, number>;
}

/** Prometheus with the configuration that the component generates, and the status page over it. */
export async function startMonitoring(
  targets: readonly ScrapeTarget[],
  { alertmanagers, alertAfter = {} }: MonitoringOptions = {},
): Promise<Monitoring> {
  const folder = await mkdtemp(join(tmpdir(), "ha-store-monitoring-"));
  const rules = join(folder, "rules.yml");
  const configuration = join(folder, "prometheus.yml");
  // As the component asks for it, but ten times as often.
  const generated = scrapeConfiguration(targets, rules, (service) => service, alertmanagers);
  const often = generated.replace(/_(\w+): (10|5)s/g, "_$1: 1s");
  await writeFile(configuration, often);
  await writeFile(rules, rulesWith(alertAfter, targets));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const prometheus = start("prometheus", [
    `--config.file=${configuration}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  const statusPort = await freePort();
  const url = `http://127.0.0.1:${statusPort}`;
  const status = startBundle("status", {
    PORT: String(statusPort),
    PROMETHEUS_URL: origin,
    STORE_NAME: "Harbour",
    DRAIN_SECONDS: "0",
  });
  const stopAll = async () => {
    await stop(status);
    await stop(prometheus);
    await rm(folder, { recursive: true });
  };
  const answers = (running: Running, address: string) => async () => {
    if (running.process.exitCode !== null) throw new Error(running.output());
    return (await fetch(address).catch(() => undefined))?.status === 200;
  };
  try {
    await until("Prometheus", answers(prometheus, `${origin}/-/ready`));
    await until("the status page", answers(status, `${url}/readyz`));
  } catch (error) {
    await stopAll();
    throw error;
  }
  const query: Monitoring["query"] = async (expression) => {
    const answer = await fetch(
      `${origin}/api/v1/query?${new URLSearchParams({ query: expression })}`,
    );
    const { data, error } = (await answer.json()) as {
      data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
      error?: string;
    };
    if (!data) throw new Error(`${expression}: ${error}`);
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  };
  return { query, url, stopPrometheus: () => stop(prometheus), stop: stopAll };
}

function rulesWith(alertAfter: Record<string, number>, targets: readonly ScrapeTarget[]): string {
  const file: { groups: { rules: { alert?: string; for?: string }[] }[] } = parse(
    ruleFile(targets),
  );
  for (const rule of file.groups.flatMap(({ rules }) => rules)) {
    const seconds = alertAfter[rule.alert ?? ""];
    if (seconds !== undefined) rule.for = `${seconds}s`;
  }
  return stringify(file);
}

/** The exporter of a node, as its image starts it. @returns its port */
export async function startNodeExporter(node: string) {
  const folder = await mkdtemp(join(tmpdir(), "ha-store-node-"));
  const port = await freePort();
  const script = resolve("services/node-exporter/rootfs/usr/local/bin/node-exporter");
  const exporter = start("bash", [script], {
    env: { PATH: process.env.PATH ?? "", TMPDIR: folder, PORT: String(port), NODE_NAME: node },
  });
  await until("the node's exporter", async () => {
    if (exporter.process.exitCode !== null) throw new Error(exporter.output());
    return (await fetch(`http://127.0.0.1:${port}`).catch(() => undefined))?.status === 200;
  });
  const stopExporter = async () => {
    await stop(exporter);
    await rm(folder, { recursive: true });
  };
  return { port, stop: stopExporter };
}
