const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * Waits for a condition: asks soon at first, then less and less often, so that asking takes no time from what it is
 * waited for.
 *
 * @throws Error that names the condition when it does not hold within `seconds`.
 */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  seconds = 20,
): Promise<void> {
  const deadline = performance.now() + seconds * 1_000;
  for (let pause = FIRST_PAUSE_MS; !(await condition()); pause = longer(pause)) {
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

const longer = (pause: number) => Math.min(LONGEST_PAUSE_MS, pause * 1.2);
