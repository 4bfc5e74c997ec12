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
  /** How many replicas its orchestrator has to be asked for, so that those come where they are lacking. */
  added(lacking: number): number;
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
 * @param log - Takes the name of each workload whose replicas are about to be moved.
 * @throws Error when replicas don't all run in time
 */
export async function spreadAgain(
  workloads: readonly SpreadWorkload[],
  log: (name: string) => void,
): Promise<void> {
  for (const workload of workloads) {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const places = await settledPlaces(workload, workload.replicas);
      const lacking = missing(workload.domains, places);
      if (lacking === 0) break;
      if (attempt === 1) log(workload.name);
      await move(workload, lacking);
    }
  }
}

async function move(workload: SpreadWorkload, lacking: number): Promise<void> {
  const { replicas } = workload;
  const more = replicas + workload.added(lacking);
  try {
    await workload.scale(more);
    await settledPlaces(workload, more);
  } finally {
    await workload.scale(replicas);
  }
}

/**
 * How many replicas are missing in domains that have less than each could have.
 *
 * @param places - The domain of each replica; one that is not among `domains` counts nowhere.
 */
export function missing(domains: readonly string[], places: readonly string[]): number {
  const share = Math.floor(places.length / domains.length);
  return domains.reduce((sum, domain) => {
    const there = places.filter((place) => place === domain).length;
    return sum + Math.max(0, share - there);
  }, 0);
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
