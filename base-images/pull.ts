import type Docker from "dockerode";

/** How long an engine may take to reach a registry. */
const reachTimeoutMs = 10_000;
/** How long a download that began may stand still. */
const stallTimeoutMs = 60_000;

/**
 * Pulls an image. Gives up soon when the engine can't reach the registry, but lets a slow download
 * take its time.
 * @returns why it failed; undefined when the engine has the image now
 */
export async function pull(engine: Docker, image: string): Promise<string | undefined> {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), reachTimeoutMs);
  try {
    const progress: NodeJS.ReadableStream = await engine.pull(image, {
      abortSignal: abort.signal,
    });
    await new Promise<void>((resolve, reject) => {
      engine.modem.followProgress(
        progress,
        (error) => (error ? reject(error) : resolve()),
        () => {
          clearTimeout(timer);
          timer = setTimeout(() => abort.abort(), stallTimeoutMs);
        },
      );
      abort.signal.addEventListener("abort", () => reject(new Error("the download stalled")));
    });
    return undefined;
  } catch (error) {
    if (abort.signal.aborted) return `no answer from the registry in ${reachTimeoutMs / 1000} s`;
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
