import { PROBES } from "../shared/probes.ts";

/** What a replica has counted since it was started. */
export interface Counters {
  /** Answered, without those of who only looks after it. Undefined if it doesn't count them. */
  requests: number | undefined;
  cpuSeconds: number | undefined;
  /** When it was started, in seconds since 1970. */
  startedAt: number | undefined;
}

/** Reads a page in Prometheus' text format. */
export function readCounters(page: string): Counters {
  const [cpuSeconds] = valuesOf(page, "process_cpu_seconds_total");
  const [startedAt] = valuesOf(page, "process_start_time_seconds");
  return { requests: requestsIn(page), cpuSeconds: cpuSeconds?.value, startedAt: startedAt?.value };
}

function requestsIn(page: string): number | undefined {
  const all = valuesOf(page, "http_requests_total");
  if (all.length === 0) return undefined;
  return all
    .filter(({ labels }) => !PROBES.has(/(?:^|,)route="([^"]*)"/.exec(labels)?.[1] ?? ""))
    .reduce((sum, { value }) => sum + value, 0);
}

function valuesOf(page: string, metric: string): { labels: string; value: number }[] {
  const series = new RegExp(`^${metric}(?:\\{(.*)\\})?[ \\t]+(\\S+)`, "gm");
  return [...page.matchAll(series)].map(([, labels = "", value]) => ({
    labels,
    value: Number(value),
  }));
}
