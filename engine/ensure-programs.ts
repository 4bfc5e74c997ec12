import { buildProgram, builtProgram } from "./build-program.ts";
import { EngineError } from "./errors.ts";
import { toolchain } from "./go.ts";
import { programSources } from "./inputs.ts";
import { withCacheLock } from "./lock.ts";
import type { ProgramSet } from "./program-set.ts";

/**
 * Gives the executables of a set of programs; builds those that the cache lacks. To use what is
 * built, no Go is needed.
 * @returns each program's executable by the program's name
 * @throws EngineError when there is something to build and it can't be built
 */
export async function ensurePrograms(
  set: ProgramSet,
  log: (line: string) => void,
): Promise<Map<string, string>> {
  const ready = await builtPrograms(set);
  if (ready) return ready;
  const go = await toolchain(set.programs.map(({ name }) => programSources(set, name)));
  if ("unusable" in go) {
    const titles = set.programs.map(({ title }) => title).join(", ");
    throw new EngineError(
      `${titles} have to be built from source, and can't be: ${go.unusable}. Install Go 1.21 or ` +
        "later (https://go.dev/dl/), with a Go module proxy within reach.",
    );
  }
  return withCacheLock(log, async () => {
    const executables = new Map<string, string>();
    for (const program of set.programs) {
      const executable = await buildProgram(set, program, { goVersion: go.version, log });
      executables.set(program.name, executable);
    }
    return executables;
  });
}

async function builtPrograms(set: ProgramSet): Promise<Map<string, string> | undefined> {
  const executables = new Map<string, string>();
  for (const program of set.programs) {
    const executable = await builtProgram(set, program);
    if (!executable) return undefined;
    executables.set(program.name, executable);
  }
  return executables;
}
