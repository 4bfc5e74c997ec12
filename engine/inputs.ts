import { createHash, type Hash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { EngineError } from "./errors.ts";
import { programs } from "./programs.ts";

/** Files of this folder that decide what a program becomes. */
const buildRecipe = ["build-folder.ts", "prepare.ts", "programs.ts"];
/** ... and how programs become an installation. */
const installRecipe = ["install.ts"];

/** A hash of all that decides what a program becomes, except for Go's version. */
export async function programHash(name: string): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  const sources = programSources(name);
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith("_test.go"))
    .map((entry) => path.join(entry.parentPath, entry.name));
  await addFiles(hash, [...files.sort(), ...buildRecipe.map(engineFile)]);
  return short(hash);
}

/** A hash of all that decides what an installation becomes, except for Go's version. */
export async function installationHash(): Promise<string> {
  const hash = createHash("sha256");
  for (const { name } of programs) hash.update(await programHash(name));
  await addFiles(hash, installRecipe.map(engineFile));
  return short(hash);
}

/** The folder of a program's Go module. */
export const programSources = (name: string): string => engineFile(path.join("programs", name));

/** A file of the project's `engine` folder, found from the working folder upwards. */
function engineFile(name: string): string {
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    const engine = path.join(folder, "engine");
    if (existsSync(path.join(engine, "programs", "pulumi", "go.mod"))) {
      return path.join(engine, name);
    }
    if (folder === path.dirname(folder)) break;
  }
  throw new EngineError(
    `engine/programs is not at or above ${process.cwd()}: run this inside the project`,
  );
}

/** Names without the checkout's own path: any checkout of the same sources shares the cache. */
async function addFiles(hash: Hash, files: string[]): Promise<void> {
  const root = engineFile(".");
  for (const file of files) {
    const content = await readFile(file);
    hash.update(`\0${path.relative(root, file)}\0${content.length}\0`).update(content);
  }
}

const short = (hash: Hash) => hash.digest("hex").slice(0, 16);
