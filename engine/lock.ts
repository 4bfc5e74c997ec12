import { mkdir } from "node:fs/promises";
import { type LockOptions, lock } from "proper-lockfile";
import { engineCache } from "./cache.ts";

/** Runs `work` while no other process writes to the engine's cache; waits for its turn. */
export async function withCacheLock<T>(
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const folder = engineCache();
  await mkdir(folder, { recursive: true });
  const release = await acquire(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ELOCKED") throw error;
    log("another process is building: waiting ...");
    return acquire(folder, { forever: true, factor: 1, minTimeout: 300 });
  });
  try {
    return await work();
  } finally {
    await release();
  }
}

/** A holder that died lets go after `stale` milliseconds: it no longer renews the lock. */
const acquire = (folder: string, retries: LockOptions["retries"] = 0) =>
  lock(folder, { stale: 15_000, update: 3_000, retries });
