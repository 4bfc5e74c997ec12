import { backoffMilliseconds, inTime, pause } from "./wait.ts";

/** About twice as long as another member takes to become the primary in a planned change. */
const PATIENCE_MS = 5_000;
/** More would keep a service from those who want something else of it. */
const MOST_WAITING = 64;

/** Waits while a database changes hands, so that its callers notice nothing but a pause. */
export class Patience {
  readonly #isBack: () => Promise<boolean>;
  #waiting = 0;
  #return: Promise<void> | undefined;

  /** @param isBack asks, once, whether the database takes writes again */
  constructor(isBack: () => Promise<boolean>) {
    this.#isBack = isBack;
  }

  /**
   * Repeats an attempt until a few seconds after its beginning. One that hung for so long is not
   * repeated: its database is frozen or cut off, and that takes longer to be replaced.
   * @param harmless whether the attempt that failed like this may be made again
   */
  async with<T>(attempt: () => Promise<T>, harmless: (error: unknown) => boolean): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    const mayRepeat = (error: unknown) => performance.now() < deadline && harmless(error);
    try {
      return await attempt();
    } catch (error) {
      if (this.#waiting >= MOST_WAITING || !mayRepeat(error)) throw error;
    }
    this.#waiting += 1;
    try {
      for (;;) {
        await inTime(this.#untilBack(), deadline - performance.now());
        try {
          return await attempt();
        } catch (error) {
          if (!mayRepeat(error)) throw error;
        }
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  /** One asks for all who wait: each on its own, they would take the processors from everybody. */
  #untilBack(): Promise<void> {
    this.#return ??= this.#lookOut().finally(() => {
      this.#return = undefined;
    });
    return this.#return;
  }

  async #lookOut(): Promise<void> {
    for (let failures = 1; this.#waiting > 0; failures += 1) {
      await pause(backoffMilliseconds(failures, 25, 250));
      if (await this.#isBack()) return;
    }
  }
}
