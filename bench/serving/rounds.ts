import { inMilliseconds, median } from "../report.ts";
import { cpuSeconds } from "./cpu-time.ts";
import { type Capacity, saturate, type Target } from "./saturate.ts";

const WARM_UP_SECONDS = 4;
const LOOK_MS = 200;
/** Share of a core that a server without requests may still use. */
const IDLE_SHARE = 0.1;

/** How often, how long and by how many at a time each thing is asked. */
export interface Rounds {
  runs: number;
  seconds: number;
  connections: number;
  /** For temporary files. */
  folder: string;
}

/** Measures all targets in turn, warm, so often; gives the medians by name. */
export async function measure<Name extends string>(
  targets: Readonly<Record<Name, Target>>,
  { runs, seconds, ...rest }: Rounds,
): Promise<Record<Name, Capacity>> {
  const names = Object.keys(targets) as Name[];
  const measured = new Map<Name, Capacity[]>(names.map((name) => [name, []]));
  for (let run = 0; run <= runs; run++) {
    for (const name of names) {
      const load = { ...rest, seconds: run === 0 ? WARM_UP_SECONDS : seconds };
      const capacity = await saturate(targets[name], load);
      console.log(`${run === 0 ? "warm-up" : `run ${run}`} ${name}: ${cells(capacity).join(", ")}`);
      if (run > 0) measured.get(name)?.push(capacity);
      await untilIdle(targets[name].processes);
    }
  }
  const entries = [...measured].map(([name, runs]) => [name, middle(runs)]);
  return Object.fromEntries(entries) as Record<Name, Capacity>;
}

/** Throughput, median and 99th percentile of the time to the answer, processor time of a request. */
export function cells({ perSecond, p50Milliseconds, p99Milliseconds, cpuMilliseconds }: Capacity) {
  return [
    `${perSecond.toFixed(perSecond < 100 ? 1 : 0)}/s`,
    inMilliseconds(p50Milliseconds),
    inMilliseconds(p99Milliseconds),
    `${cpuMilliseconds.toFixed(3)} ms`,
  ];
}

export const headings = ["throughput", "p50", "p99", "CPU/request"];

function middle(runs: Capacity[]): Capacity {
  const of = (value: (capacity: Capacity) => number) => median(runs.map(value));
  return {
    perSecond: of(({ perSecond }) => perSecond),
    p50Milliseconds: of(({ p50Milliseconds }) => p50Milliseconds),
    p99Milliseconds: of(({ p99Milliseconds }) => p99Milliseconds),
    cpuMilliseconds: of(({ cpuMilliseconds }) => cpuMilliseconds),
  };
}

/** A slow server still works on requests whose clients have gone: the next must not wait for them. */
async function untilIdle(processes: readonly number[]): Promise<void> {
  for (;;) {
    const before = await cpuSeconds(processes);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const share = ((await cpuSeconds(processes)) - before) / (LOOK_MS / 1000);
    if (share < IDLE_SHARE) return;
  }
}
