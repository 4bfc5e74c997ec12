import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

export interface RequestLabels {
  method: string;
  route: string;
  status: number;
}

const BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Rate, errors and duration per route, and the process's own figures. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<keyof RequestLabels>;
  readonly #durations: Histogram<"method" | "route">;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: "http_requests_total",
      help: "Requests answered, by route and status",
      labelNames: ["method", "route", "status"],
      registers: [this.#registry],
    });
    this.#durations = new Histogram({
      name: "http_request_duration_seconds",
      help: "Time from request to answer, by route",
      labelNames: ["method", "route"],
      buckets: BUCKETS_SECONDS,
      registers: [this.#registry],
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  observe(labels: RequestLabels, seconds: number): void {
    this.#requests.inc(labels);
    this.#durations.observe({ method: labels.method, route: labels.route }, seconds);
  }

  async render(): Promise<string> {
    return await this.#registry.metrics();
  }
}
