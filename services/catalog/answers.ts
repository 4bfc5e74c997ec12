import type { Cache } from "../shared/cache.ts";
import { NearMemory } from "../shared/near-memory.ts";

/** JSON as it is sent, at once where it is at hand. */
export type Answer = string | Promise<string>;

/** How long a replica may go on with what another has changed. */
const NEAR_MS = 1_000;
const NEAR_CHARACTERS = 32 * 1024 * 1024;

/**
 * Answers as they are sent, so that one from a cache costs no parsing: in this process for a second,
 * else in the cache that all replicas share, else made anew.
 */
export class Answers {
  readonly #cache: Cache;
  readonly #near = new NearMemory<string>({
    milliseconds: NEAR_MS,
    capacity: NEAR_CHARACTERS,
    weigh: ({ length }) => length,
  });

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /** @param seconds how long the shared cache may keep it */
  remember(key: string, seconds: number, load: () => Promise<object>): Answer {
    return this.#near.remember(key, async (flight) => {
      const stored = await this.#cache.get(key);
      if (stored !== undefined) return stored;
      const text = JSON.stringify(await load());
      // Not awaited: the reader needn't wait for what only helps the next one.
      if (!flight.forgotten) void this.#cache.set(key, text, seconds);
      return text;
    });
  }

  /** Whoever asks this replica from now on gets what is in the database; others' within a second. */
  async forget(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#near.forget(key);
    await this.#cache.remove(keys);
  }
}
