import { setTimeout } from "node:timers/promises";

/** A workload whose replicas are meant to be in different failure domains. */
export interface SpreadWorkload {
  /** Name in the stack. */
  name: string;
  replicas: number;
  /** The failure domains that can take a replica now. */
  domains: string[];
  /** The domain of each replica, once so many run and no others are wanted; undefined before. */
  places(replicas: number): Promise<string[] | undefined>;
  /** How many replicas have to be added so that this many come where there are fewest. */
  added(count: number): number;
  scale(replicas: number): Promise<void>;
}

const pollMilliseconds = 250;

/** How long replicas may take to start or to end: a node that has just booted starts all of its own. */
const settledMilliseconds = 120_000;

/** An orchestrator may choose otherwise, where something else weighs more with it. */
const attempts = 3;

/**
 * Spreads replicas over their failure domains again: orchestrators leave a replica where it went
 * while its node was lost. Some are added, which come where there are fewest; then as many go where
 * there are most. Nothing else of the workload changes, so no other replica does.
 *
 * @param log - Takes a line for each workload whose replicas are about to be moved, and for each where that was
 * in vain.
 * @throws Error when replicas don't all run in time
 */
export async function spreadAgain(
  workloads: readonly SpreadWorkload[],
  log: (line: string) => void,
): Promise<void> {
  for (const workload of workloads.filter(({ domains }) => domains.length > 1)) {
    const { name, replicas, domains } = workload;
    for (let moves = 0; ; moves++) {
      const places = await settledPlaces(workload, replicas);
      const toMove = misplaced(domains, places);
      if (toMove === 0) break;
      if (moves === attempts) {
        log(
          `the replicas of ${name} stay in ${places.toSorted().join(", ")}: more don't fit elsewhere`,
        );
        break;
      }
      if (moves === 0) log(`spreading the replicas of ${name} over its failure domains again ...`);
      await move(workload, toMove);
    }
  }
}

async function move(workload: SpreadWorkload, count: number): Promise<void> {
  const { replicas } = workload;
  const more = replicas + workload.added(count);
  try {
    await workload.scale(more);
    await settledPlaces(workload, more);
  } finally {
    await workload.scale(replicas);
  }
}

/**
 * How many replicas have to move so that no domain has two more than another.
 *
 * @param places - The domain of each replica; one that is not among `domains` counts nowhere.
 */
export function misplaced(domains: readonly string[], places: readonly string[]): number {
  const share = places.length / domains.length;
  const counts = domains.map((domain) => places.filter((place) => place === domain).length);
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const lacking = counts.map((count) => Math.max(0, Math.floor(share) - count));
  const surplus = counts.map((count) => Math.max(0, count - Math.ceil(share)));
  return Math.max(sum(lacking), sum(surplus));
}

async function settledPlaces(workload: SpreadWorkload, replicas: number): Promise<string[]> {
  const end = Date.now() + settledMilliseconds;
  for (;;) {
    const places = await workload.places(replicas);
    if (places) return places;
    if (Date.now() > end) {
      const seconds = settledMilliseconds / 1000;
      throw new Error(`not all ${replicas} replicas of ${workload.name} run after ${seconds} s`);
    }
    await setTimeout(pollMilliseconds);
  }
}
