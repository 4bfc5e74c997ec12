import { backoffMilliseconds, pause } from "./wait.ts";

/** About twice as long as another member takes to become the primary in a planned change. */
const PATIENCE_MS = 5_000;
/** More would keep a service from those who want something else of it. */
const MOST_WAITING = 64;

/** Waits while a database changes hands, so that its callers notice nothing but a pause. */
export class Patience {
  #waiting = 0;

  /**
   * Repeats an attempt for a few seconds, at least once.
   * @param harmless whether the attempt that failed like this may be made again
   */
  async with<T>(attempt: () => Promise<T>, harmless: (error: unknown) => boolean): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (this.#waiting >= MOST_WAITING || !harmless(error)) throw error;
    }
    this.#waiting += 1;
    try {
      return await repeat(attempt, harmless);
    } finally {
      this.#waiting -= 1;
    }
  }
}

async function repeat<T>(attempt: () => Promise<T>, harmless: (error: unknown) => boolean) {
  const deadline = performance.now() + PATIENCE_MS;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline || !harmless(error)) throw error;
    }
    await pause(backoffMilliseconds(failures, 25, 250));
  }
}
