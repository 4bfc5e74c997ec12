import { installPrograms } from "../../test/programs.ts";
import { inMilliseconds, median, printTable, reaches, times } from "../report.ts";
import { comparisons, peerTargets } from "./comparisons.ts";
import { moveTo, onServersCore } from "./cores.ts";
import { type Capacity, saturate, type Target } from "./saturate.ts";
import { type Sides, withSides } from "./sides.ts";

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 3;

/** How often and how long each thing is measured. */
export interface Rounds {
  runs: number;
  seconds: number;
}

/**
 * What the store and Vendure can serve at most, in turn, from the same PostgreSQL server. Everything
 * that serves has one core to itself, and what asks another, so that ratios hold elsewhere too.
 */
export async function benchServing(rounds: Rounds): Promise<boolean> {
  await installPrograms("serving");
  console.log("starting the store and Vendure ...");
  return await onServersCore(() =>
    withSides(async (sides) => {
      await moveTo(1);
      return await compareReads(sides, rounds);
    }),
  );
}

async function compareReads(sides: Sides, { runs, seconds }: Rounds): Promise<boolean> {
  const peers = peerTargets(sides);
  const wanted = await comparisons(sides);
  const targets = new Map<string, Target>([
    ...Object.entries(peers).map(([name, target]): [string, Target] => [`peer ${name}`, target]),
    ...wanted.map(({ name, ours }): [string, Target] => [name, ours]),
  ]);
  const measured = new Map<string, Capacity[]>([...targets.keys()].map((name) => [name, []]));
  for (let run = 0; run <= runs; run++) {
    for (const [name, target] of targets) {
      const load = { connections: CONNECTIONS, seconds: run === 0 ? WARM_UP_SECONDS : seconds };
      const capacity = await saturate(target, { ...load, folder: sides.folder });
      console.log(`${run === 0 ? "warm-up" : `run ${run}`} ${name}: ${cells(capacity).join(", ")}`);
      if (run > 0) measured.get(name)?.push(capacity);
    }
  }
  return false;
}

function cells({ perSecond, p50Milliseconds, p99Milliseconds, cpuMilliseconds }: Capacity) {
  return [
    `${perSecond.toFixed(perSecond < 100 ? 1 : 0)}/s`,
    inMilliseconds(p50Milliseconds),
    inMilliseconds(p99Milliseconds),
    inMilliseconds(cpuMilliseconds),
  ];
}
