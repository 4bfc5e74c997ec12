import type { PrometheusClient, Sample } from "./prometheus.ts";
import { type QueryName, queries } from "./queries.ts";
import { type Samples, type Snapshot, takeSnapshot } from "./snapshot.ts";

const freshMilliseconds = 2_000;

/** Looks at the store through Prometheus; however many people look at once, it asks once. */
export class Observer {
  readonly #prometheus: PrometheusClient;
  #latest: { snapshot: Promise<Snapshot>; at: number } | undefined;

  constructor(prometheus: PrometheusClient) {
    this.#prometheus = prometheus;
  }

  /** @throws UnavailableError if Prometheus does not answer. */
  look(requestId: string): Promise<Snapshot> {
    const latest = this.#latest;
    if (latest && performance.now() - latest.at < freshMilliseconds) return latest.snapshot;
    const snapshot = this.#ask(requestId);
    this.#latest = { snapshot, at: performance.now() };
    return snapshot;
  }

  async #ask(requestId: string): Promise<Snapshot> {
    const ask = async ([name, expression]: [string, string]): Promise<[string, Sample[]]> => [
      name,
      await this.#prometheus.query(expression, requestId),
    ];
    const [alerts, answers] = await Promise.all([
      this.#prometheus.alerts(requestId),
      Promise.all(Object.entries(queries).map(ask)),
    ]);
    const samples = Object.fromEntries(answers) as Record<QueryName, Sample[]> satisfies Samples;
    return takeSnapshot(samples, alerts, new Date());
  }
}
