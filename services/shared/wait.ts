import { setTimeout as sleep } from "node:timers/promises";

/** Exponential with full jitter over its upper half: replicas that failed together spread out. */
export function backoffMilliseconds(attempt: number, first = 200, most = 5_000): number {
  const ceiling = Math.min(most, first * 2 ** Math.min(attempt, 20));
  return ceiling / 2 + Math.random() * (ceiling / 2);
}

/** Sleeps, but returns at once (without an error) when the signal fires. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** For what can be done without: undefined if it takes too long or fails. */
export async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  return await Promise.race([
    work.catch(() => undefined),
    pause(milliseconds).then(() => undefined),
  ]);
}
