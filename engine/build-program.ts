import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { BuildFolder } from "./build-folder.ts";
import { engineCache } from "./cache.ts";
import { EngineError } from "./errors.ts";
import { programHash, programSources } from "./inputs.ts";
import type { ProgramSet } from "./program-set.ts";
import type { Program } from "./programs.ts";

/**
 * Builds a program, unless the cache has it built from the same inputs. The caller holds the lock.
 * @returns the executable's path
 */
export async function buildProgram(
  set: ProgramSet,
  program: Program,
  context: { goVersion: string; log: (line: string) => void },
): Promise<string> {
  const { goVersion, log } = context;
  const key = `${await programHash(set, program.name)}-${goVersion}`;
  const finished = path.join(builtFolder(program), key);
  const executable = path.join(finished, program.binary);
  if (existsSync(executable)) {
    log(`${program.title}: cached`);
    return executable;
  }
  log(`${program.title}: building ...`);
  const started = performance.now();
  const sources = programSources(set, program.name);
  const folder = await BuildFolder.create(`${finished}.building`, sources);
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
  log(`${program.title}: done in ${seconds} s`);
  return executable;
}

/** A program's executable that was built from the inputs as they are now, by whichever Go. */
export async function builtProgram(set: ProgramSet, program: Program): Promise<string | undefined> {
  const inputs = await programHash(set, program.name);
  const keys = await readdir(builtFolder(program)).catch(() => []);
  return keys
    .filter((key) => key.startsWith(`${inputs}-`))
    .map((key) => path.join(builtFolder(program), key, program.binary))
    .find(existsSync);
}

const builtFolder = ({ name }: Program) => path.join(engineCache(), "programs", name);
