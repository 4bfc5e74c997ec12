/** For what takes its time by design; whatever can be seen is waited for with `until`. */
export function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
