const interruptions: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Rejects when the user or the system wants an end, so that what was started can be ended first. */
export function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of interruptions) {
      process.on(signal, () => reject(new Error(`stopped by ${signal}`)));
    }
  });
}
