import { readdir } from "node:fs/promises";
import path from "node:path";
import { buildProgram } from "./build-program.ts";
import { engineCache } from "./cache.ts";
import { CLI_VERSION, type Engine, engineEnvironment } from "./engine.ts";
import type { Attempt } from "./ensure.ts";
import { EngineError } from "./errors.ts";
import { toolchain } from "./go.ts";
import { installationHash, programSources } from "./inputs.ts";
import { install, isInstalled } from "./install.ts";
import { withCacheLock } from "./lock.ts";
import { engineSet } from "./program-set.ts";

/** The engine that an earlier run built from the sources as they are now. */
export async function builtEngine(): Promise<Engine | undefined> {
  const inputs = await installationHash();
  const go = await goToolchain();
  if ("version" in go) return installedEngine(`${inputs}-${go.version}`);
  // A cache may come from elsewhere, like a CI image: using what is built needs no Go.
  const candidates = await readdir(installations()).catch(() => []);
  return candidates
    .filter((name) => name.startsWith(`${inputs}-`))
    .map(installedEngine)
    .find((engine) => engine !== undefined);
}

/** Builds what is missing, installs it, and gives the engine, or why it can't. */
export async function buildEngine(log: (line: string) => void): Promise<Attempt> {
  const go = await goToolchain();
  if ("unusable" in go) return go;
  const key = `${await installationHash()}-${go.version}`;
  const step = (line: string) => log(`engine: ${line}`);
  return withCacheLock(step, async () => {
    const meanwhile = installedEngine(key);
    if (meanwhile) return { engine: meanwhile };
    const started = performance.now();
    step(`building from source with ${go.version} (about 15 minutes the first time)`);
    const executables = new Map<string, string>();
    const context = { goVersion: go.version, log: step };
    for (const program of engineSet.programs) {
      executables.set(program.name, await buildProgram(engineSet, program, context));
    }
    await install(path.join(installations(), key), executables);
    step(`ready after ${Math.round((performance.now() - started) / 1000)} s`);
    const engine = installedEngine(key);
    if (!engine) throw new EngineError(`the engine is not where it was put: ${installations()}`);
    return { engine };
  });
}

function installedEngine(key: string): Engine | undefined {
  const folder = path.join(installations(), key);
  if (!isInstalled(folder)) return undefined;
  const binDir = path.join(folder, "bin");
  const env = { ...engineEnvironment(binDir), PULUMI_HOME: path.join(folder, "home") };
  return { source: "source", binDir, env, version: CLI_VERSION };
}

const installations = () => path.join(engineCache(), "installed");

const goToolchain = () =>
  toolchain(engineSet.programs.map(({ name }) => programSources(engineSet, name)));
