import type { Engine, EngineOptions, EngineSource } from "./engine.ts";
import { EngineError } from "./errors.ts";
import { fetchedOfficialEngine, fetchOfficialEngine } from "./official-engine.ts";
import { pathEngine } from "./path-engine.ts";
import { buildEngine, builtEngine } from "./source-engine.ts";

/** An engine, or why there is none. */
export type Attempt = { engine: Engine } | { unusable: string };

const sources: readonly EngineSource[] = ["path", "official", "source"];

/**
 * Finds a Pulumi engine, or makes one: a `pulumi` on the PATH, else the official release, else a
 * build from Go modules. What an earlier run fetched or built is used at once.
 *
 * `HA_STORE_ENGINE=path|official|source` allows only that one.
 * @throws EngineError naming what was tried and the ways out
 */
export async function ensureEngine(options: EngineOptions = {}): Promise<Engine> {
  const log = options.log ?? ((line) => console.error(line));
  const wanted = wantedSources();
  const ready = await findEngine(log);
  if ("engine" in ready) return ready.engine;

  const reasons = [...ready.unusable];
  if (wanted.includes("official")) {
    const fetched = await fetchOfficialEngine({ log, patient: wanted.length === 1 });
    if ("engine" in fetched) return fetched.engine;
    reasons.push(`official release: ${fetched.unusable}`);
  }
  if (wanted.includes("source")) {
    const built = await buildEngine(log);
    if ("engine" in built) return built.engine;
    reasons.push(`build from source: ${built.unusable}`);
  }
  throw new EngineError(noEngine(reasons));
}

/** The engine that {@link ensureEngine} would give at once, or why there is none yet. */
export async function findEngine(
  log: (line: string) => void = () => {},
): Promise<{ engine: Engine } | { unusable: string[] }> {
  const wanted = wantedSources();
  const reasons: string[] = [];
  if (wanted.includes("path")) {
    const found = await pathEngine();
    if ("engine" in found) return found;
    if (found.worthSaying) log(`not used: ${found.unusable}`);
    reasons.push(`on the PATH: ${found.unusable}`);
  }
  const official = wanted.includes("official") ? await fetchedOfficialEngine() : undefined;
  if (official) return { engine: official };
  const built = wanted.includes("source") ? await builtEngine() : undefined;
  return built ? { engine: built } : { unusable: reasons };
}

function wantedSources(): readonly EngineSource[] {
  const value = process.env.HA_STORE_ENGINE;
  if (!value) return sources;
  const source = sources.find((known) => known === value);
  if (source) return [source];
  throw new EngineError(
    `HA_STORE_ENGINE is "${value}": set it to path, official or source, or unset it to try all three`,
  );
}

function noEngine(reasons: string[]): string {
  return [
    "there is no Pulumi engine to run with.",
    ...reasons.map((reason) => `  - ${reason}`),
    "Do one of these:",
    "  1. install Pulumi (https://www.pulumi.com/docs/install/), so that `pulumi` is on the PATH;",
    "  2. let this machine reach Pulumi's downloads, then run this again (HA_STORE_ENGINE=official);",
    "  3. install Go 1.21 or later (https://go.dev/dl/) with a Go module proxy within reach: the",
    "     engine is then built from source in about 15 minutes (HA_STORE_ENGINE=source).",
  ].join("\n");
}
