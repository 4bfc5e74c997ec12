import type { Counter, Metrics } from "../shared/metrics.ts";
import type { ReplicaLoad } from "./load-meter.ts";

/** What was last seen of a service, and decided. */
export interface View {
  replicas: number;
  desired: number;
  loads: readonly ReplicaLoad[];
}

/** A replica's average, over those that told; undefined if none did. */
export function averageOf(loads: readonly ReplicaLoad[], what: keyof ReplicaLoad) {
  const values = loads.flatMap((load) => load[what] ?? []);
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What the autoscaler sees and does. The label is not `service`, which Prometheus gives by itself. */
export class AutoscalerMetrics {
  readonly #views = new Map<string, View>();
  readonly #decisions: Counter<"workload" | "direction">;
  readonly #failures: Counter;

  constructor(metrics: Metrics) {
    const gauge = (name: string, help: string, read: (view: View) => number | undefined) =>
      metrics.gauges(name, help, ["workload"], () =>
        [...this.#views].flatMap(([workload, view]) => {
          const value = read(view);
          return value === undefined ? [] : [{ labels: { workload }, value }];
        }),
      );
    gauge(
      "autoscaler_replicas",
      "Replicas that a service should have now",
      (view) => view.replicas,
    );
    gauge("autoscaler_desired_replicas", "Replicas that were decided on", (view) => view.desired);
    gauge("autoscaler_requests_per_second", "Requests of a replica, on average", ({ loads }) =>
      averageOf(loads, "requestsPerSecond"),
    );
    gauge("autoscaler_cpu_cores", "Processor time of a replica, on average", ({ loads }) =>
      averageOf(loads, "cpuCores"),
    );
    this.#decisions = metrics.counter(
      "autoscaler_decisions_total",
      "Changes of the number of replicas, by direction",
      ["workload", "direction"],
    );
    this.#failures = metrics.counter(
      "autoscaler_failures_total",
      "Looks and changes that could not be made",
    );
  }

  /** Of all services there are; others are forgotten. */
  show(views: ReadonlyMap<string, View>): void {
    this.#views.clear();
    for (const [workload, view] of views) this.#views.set(workload, view);
  }

  decided(workload: string, direction: "up" | "down"): void {
    this.#decisions.inc({ workload, direction });
  }

  failed(): void {
    this.#failures.inc();
  }
}
