/** How long, and how often, something is tried. */
export interface Repetition {
  patienceMilliseconds: number;
  pollMilliseconds: number;
  /** Whether another attempt may go better. @default it may */
  mayPass?: (error: unknown) => boolean;
}

/** Tries until it succeeds. @throws whatever the last attempt threw, when another one makes no sense */
export async function repeat<T>(
  attempt: () => Promise<T>,
  { patienceMilliseconds, pollMilliseconds, mayPass = () => true }: Repetition,
): Promise<T> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline || !mayPass(error)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}
