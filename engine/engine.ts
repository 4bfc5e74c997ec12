import path from "node:path";

/** Where an engine comes from. */
export type EngineSource = "path" | "official" | "source";

/** A usable Pulumi CLI with its Node.js language host. */
export interface Engine {
  /** `path`: found on the PATH; `official`: Pulumi's release; `source`: built from Go modules. */
  source: EngineSource;
  /** The folder that holds `pulumi`. */
  binDir: string;
  /** What to add to the environment of every `pulumi` process. */
  env: Record<string, string>;
  /** The CLI's version, like `3.274.1`. */
  version: string;
}

/** What {@link ensureEngine} may be told. */
export interface EngineOptions {
  /**
   * Takes one line of progress.
   * @default lines go to standard error
   */
  log?: (line: string) => void;
}

/** The CLI's release that is fetched or built. */
export const CLI_VERSION = "3.274.1";

/** The oldest CLI accepted from the PATH: that of the npm SDK, whose calls it must answer. */
export const OLDEST_CLI_VERSION = "3.270.0";

/** The environment that makes `pulumi` and what it starts come from `binDir`. */
export function engineEnvironment(binDir: string): Record<string, string> {
  return {
    PATH: `${binDir}${path.delimiter}${process.env.PATH ?? ""}`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/** Whether version `a` is older than `b`; both like `3.274.1` (a pre-release counts as its release). */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(/[-+]/)[0]?.split(".").map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
