import { pause } from "../shared/wait.ts";

/** How long a request waits for what it began, before it answers that it is on its way. */
export const PATIENCE_MS = 6_000;
const POLL_MS = 100;

/** Looks again and again; @returns the last look, whether or not it was what was waited for */
export async function lookUntil<T>(
  look: () => Promise<T>,
  isEnd: (value: T) => boolean,
): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  let value = await look();
  while (!isEnd(value) && performance.now() < deadline) {
    await pause(POLL_MS);
    value = await look();
  }
  return value;
}
