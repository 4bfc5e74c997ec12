import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type { Counter };

export interface RequestLabels {
  method: string;
  route: string;
  status: number;
}

/** Which of its kind a replica is. */
export interface ReplicaInfo {
  /** Name of the node that it runs on. */
  node: string;
  /** What it was started from: the beginning of its image's digest. */
  release: string;
}

const BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Rate, errors and duration per route, the process's own figures, and what a service adds. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<keyof RequestLabels>;
  readonly #durations: Histogram<"method" | "route">;
  readonly #refused: Counter;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = this.counter("http_requests_total", "Requests answered, by route and status", [
      "method",
      "route",
      "status",
    ]);
    this.#durations = new Histogram({
      name: "http_request_duration_seconds",
      help: "Time from request to answer, by route",
      labelNames: ["method", "route"],
      buckets: BUCKETS_SECONDS,
      registers: [this.#registry],
    });
    this.#refused = this.counter(
      "http_requests_refused_total",
      "Requests refused at once because too many were under way",
    );
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  observe(labels: RequestLabels, seconds: number): void {
    this.#requests.inc(labels);
    this.#durations.observe({ method: labels.method, route: labels.route }, seconds);
  }

  countRefused(): void {
    this.#refused.inc();
  }

  /** @param name ends in `_total`, by Prometheus' convention */
  counter<T extends string>(name: string, help: string, labelNames: T[] = []): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  /** @param read gives the value when it is asked for; where it fails, there is no value then */
  gauge(name: string, help: string, read: () => Promise<number> | number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        try {
          this.set(await read());
        } catch {
          this.reset();
        }
      },
    });
  }

  /** Like {@link gauge}, with a series for each of what `read` gives. */
  gauges<T extends string>(
    name: string,
    help: string,
    labelNames: T[],
    read: () => Iterable<{ labels: Record<T, string>; value: number }>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { labels, value } of read()) this.set(labels, value);
      },
    });
  }

  /** Where the replica runs, and what: labels of a series that is always 1. */
  describe({ node, release }: ReplicaInfo): void {
    const info = new Gauge({
      name: "store_replica_info",
      help: "Node that the replica runs on, and release that it was started from",
      labelNames: ["node", "release"],
      registers: [this.#registry],
    });
    info.set({ node, release }, 1);
  }

  async render(): Promise<string> {
    return await this.#registry.metrics();
  }
}
