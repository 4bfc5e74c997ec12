import { Resolver } from "node:dns/promises";
import { Agent, request as send } from "undici";
import type { Address } from "../shared/settings.ts";
import type { ScalableService } from "./contract.ts";
import { type Counters, readCounters } from "./exposition.ts";

/** What one replica did since the last look; undefined where that can't be told. */
export interface ReplicaLoad {
  requestsPerSecond: number | undefined;
  cpuCores: number | undefined;
}

interface Sample extends Counters {
  atMilliseconds: number;
}

const TIMEOUT_MS = 2_000;
const LARGEST_PAGE_BYTES = 4 * 1024 * 1024;

/** Asks replicas for their counters; what they did is the difference between two looks. */
export class LoadMeter {
  readonly #resolver = new Resolver({ timeout: 1_000, tries: 2 });
  // No connection outlives a look: between two, a replica may be gone and another have its address.
  readonly #connections = new Agent({
    connect: { timeout: TIMEOUT_MS },
    pipelining: 0,
    maxResponseSize: LARGEST_PAGE_BYTES,
  });
  readonly #samples = new Map<string, Map<string, Sample>>();

  /** @param dnsServers who knows the replicas' names; none: whoever the system asks */
  constructor(dnsServers: readonly Address[]) {
    if (dnsServers.length > 0) {
      this.#resolver.setServers(dnsServers.map(({ host, port }) => `${host}:${port}`));
    }
  }

  /** Of each replica that answers for the second time. */
  async measure({ name, autoscaling }: ScalableService): Promise<ReplicaLoad[]> {
    const before = this.#samples.get(name);
    const addresses = await this.#resolver.resolve4(`tasks.${name}`).catch(() => []);
    const samples = new Map<string, Sample>();
    await Promise.all(
      addresses.map(async (address) => {
        const sample = await this.#look(address, autoscaling.metricsPort).catch(() => undefined);
        if (sample) samples.set(address, sample);
      }),
    );
    this.#samples.set(name, samples);
    return [...samples].flatMap(([address, now]) => {
      const then = before?.get(address);
      return then && then.startedAt === now.startedAt ? [loadBetween(then, now)] : [];
    });
  }

  async #look(address: string, port: number): Promise<Sample> {
    const response = await send(`http://${address}:${port}/metrics`, {
      dispatcher: this.#connections,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const page = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`);
    return { ...readCounters(page), atMilliseconds: performance.now() };
  }
}

function loadBetween(then: Sample, now: Sample): ReplicaLoad {
  const seconds = (now.atMilliseconds - then.atMilliseconds) / 1_000;
  const rate = (before: number | undefined, after: number | undefined) => {
    if (before === undefined || after === undefined || after < before) return undefined;
    return (after - before) / seconds;
  };
  return {
    requestsPerSecond: rate(then.requests, now.requests),
    cpuCores: rate(then.cpuSeconds, now.cpuSeconds),
  };
}
