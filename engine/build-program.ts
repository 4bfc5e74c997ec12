import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { BuildFolder } from "./build-folder.ts";
import { engineCache } from "./cache.ts";
import { EngineError } from "./errors.ts";
import { programHash, programSources } from "./inputs.ts";
import type { Program } from "./programs.ts";

/**
 * Builds a program, unless the cache has it built from the same inputs. The caller holds the lock.
 * @returns the executable's path
 */
export async function buildProgram(
  program: Program,
  context: { goVersion: string; log: (line: string) => void },
): Promise<string> {
  const { goVersion, log } = context;
  const key = `${await programHash(program.name)}-${goVersion}`;
  const finished = path.join(engineCache(), "programs", program.name, key);
  const executable = path.join(finished, program.binary);
  if (existsSync(executable)) {
    log(`engine: ${program.title}: cached`);
    return executable;
  }
  log(`engine: ${program.title}: building ...`);
  const started = performance.now();
  const folder = await BuildFolder.create(`${finished}.building`, programSources(program.name));
  const output = path.join(folder.path, "output");
  try {
    await program.prepare?.(folder);
    await folder.build(program.package, path.join(output, program.binary), program.variables);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(`${program.title} could not be built: ${error.message}`);
  }
  // Renamed only when whole: whatever has the final name can be trusted.
  await mkdir(path.dirname(finished), { recursive: true });
  await rename(output, finished);
  await rm(folder.path, { recursive: true, force: true });
  const seconds = Math.round((performance.now() - started) / 1000);
  log(`engine: ${program.title}: done in ${seconds} s`);
  return executable;
}
