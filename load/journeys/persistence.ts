import { RequestFailed } from "../request-failed.ts";
import type { JourneyContext } from "./context.ts";

const pauseMilliseconds = 500;

/** Does it again as long as the store does not answer. @throws RequestFailed after the deadline */
export async function persistently<T>(
  { signal }: Pick<JourneyContext, "signal">,
  deadline: number,
  attempt: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RequestFailed) || Date.now() > deadline || signal.aborted) throw error;
    }
    await pause(signal);
  }
}

/** Before the next look. */
export function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, pauseMilliseconds);
    signal.addEventListener("abort", () => resolve(clearTimeout(timer)), { once: true });
  });
}
