import { createHash, type Hash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { EngineError } from "./errors.ts";
import { engineSet, type ProgramSet } from "./program-set.ts";

/** Files that decide how programs become an installation. */
const installRecipe = ["engine/install.ts"];

/** A hash of all that decides what a program becomes, except for Go's version. */
export async function programHash(set: ProgramSet, name: string): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  const sources = programSources(set, name);
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith("_test.go"))
    .map((entry) => path.join(entry.parentPath, entry.name));
  await addFiles(hash, [...files.sort(), ...set.recipe.map(projectFile)]);
  return short(hash);
}

/** A hash of all that decides what an installation becomes, except for Go's version. */
export async function installationHash(): Promise<string> {
  const hash = createHash("sha256");
  for (const { name } of engineSet.programs) hash.update(await programHash(engineSet, name));
  await addFiles(hash, installRecipe.map(projectFile));
  return short(hash);
}

/** The folder of a program's Go module. */
export const programSources = ({ modules }: ProgramSet, name: string): string =>
  projectFile(path.join(modules, name));

/** A file of the project, whose folder is looked for from the working folder upwards. */
function projectFile(name: string): string {
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, engineSet.modules, "pulumi", "go.mod"))) {
      return path.join(folder, name);
    }
    if (folder === path.dirname(folder)) break;
  }
  throw new EngineError(
    `${engineSet.modules} is not at or above ${process.cwd()}: run this inside the project`,
  );
}

/** Names without the checkout's own path: any checkout of the same sources shares the cache. */
async function addFiles(hash: Hash, files: string[]): Promise<void> {
  const root = projectFile("engine");
  for (const file of files) {
    const content = await readFile(file);
    hash.update(`\0${path.relative(root, file)}\0${content.length}\0`).update(content);
  }
}

const short = (hash: Hash) => hash.digest("hex").slice(0, 16);
