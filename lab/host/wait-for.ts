import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks until the answer is neither undefined nor false.
 * @param what completes the sentence "timed out after 10 s waiting for ..."
 * @param probe may throw: the last error becomes the time-out's cause
 * @param pauseMs between two attempts; longer where a probe costs the machine something
 */
export async function waitFor<T>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  pauseMs = 50,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > end) {
      const detail = cause instanceof Error ? `: ${cause.message}` : "";
      throw new Error(`timed out after ${timeoutMs / 1000} s waiting for ${what}${detail}`, {
        cause,
      });
    }
    await sleep(pauseMs);
  }
}
