import { ApiError } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";
import { type AutoscalerMetrics, averageOf, type View } from "./autoscaler-metrics.ts";
import type { ScalableService } from "./contract.ts";
import { Decider } from "./decider.ts";
import type { ExecutorClient } from "./executor-client.ts";
import type { LoadMeter, ReplicaLoad } from "./load-meter.ts";
import { type Load, proposedForAll } from "./proposal.ts";

const CONFLICT = 409;

/** Lets the replicas of every service that may be scaled follow their load. */
export class Autoscaler {
  readonly #executor: ExecutorClient;
  readonly #meter: LoadMeter;
  readonly #metrics: AutoscalerMetrics;
  readonly #log: Logger;
  readonly #deciders = new Map<string, Decider>();

  constructor(executor: ExecutorClient, meter: LoadMeter, metrics: AutoscalerMetrics, log: Logger) {
    this.#executor = executor;
    this.#meter = meter;
    this.#metrics = metrics;
    this.#log = log;
  }

  /** Looks at all services once, and scales those that have to be. Does not fail. */
  async look(): Promise<void> {
    try {
      const services = await this.#executor.services();
      const views = await Promise.all(
        services.map(async (service) => [service.name, await this.#attend(service)] as const),
      );
      this.#metrics.show(new Map(views));
    } catch (error) {
      this.#metrics.failed();
      this.#log.warn({ err: error }, "can't look at the services");
    }
  }

  async #attend(service: ScalableService): Promise<View> {
    const { name, replicas, changing, autoscaling } = service;
    const loads = await this.#meter.measure(service);
    const now = performance.now();
    const decider = this.#deciders.get(name) ?? new Decider(replicas, now);
    this.#deciders.set(name, decider);
    const proposed = proposedForAll(replicas, targetsOf(service, loads));
    const desired = decider.decide(replicas, proposed, autoscaling, now);
    // Somebody has stopped the service on purpose, as a restore does.
    if (replicas === 0) return { replicas, desired: 0, loads };
    if (changing || desired === replicas) return { replicas, desired, loads };
    const scaled = await this.#scale(service, desired, loads);
    return { replicas: scaled ? desired : replicas, desired, loads };
  }

  async #scale(
    { name, replicas }: ScalableService,
    desired: number,
    loads: readonly ReplicaLoad[],
  ): Promise<boolean> {
    const direction = desired > replicas ? "up" : "down";
    const line = {
      workload: name,
      from: replicas,
      to: desired,
      measured: loads.length,
      requestsPerSecond: rounded(averageOf(loads, "requestsPerSecond")),
      cpuCores: rounded(averageOf(loads, "cpuCores")),
    };
    try {
      await this.#executor.scale(name, desired);
      this.#metrics.decided(name, direction);
      this.#log.info(line, `scaled ${direction}`);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === CONFLICT) {
        this.#log.info(line, "not scaled while it is being changed");
      } else {
        this.#metrics.failed();
        this.#log.warn({ ...line, err: error }, "can't scale");
      }
      return false;
    }
  }
}

function targetsOf({ autoscaling }: ScalableService, loads: readonly ReplicaLoad[]): Load[] {
  const load = (what: keyof ReplicaLoad): Load[] => {
    const target = autoscaling[what];
    return target === undefined
      ? []
      : [{ target, values: loads.flatMap((replica) => replica[what] ?? []) }];
  };
  return [...load("requestsPerSecond"), ...load("cpuCores")];
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 100) / 100;
}
