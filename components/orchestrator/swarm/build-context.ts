import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import dockerignoreModule from "@balena/dockerignore";

// Its types declare a default export; what it ships is `module.exports`.
const dockerignore = dockerignoreModule as unknown as typeof dockerignoreModule.default;

/**
 * Hash of everything in a build context that can reach the image: paths, contents and the executable
 * bit, but no times, owners or checkout paths. Equal hashes mean equal images.
 *
 * @throws Error when the folder has no `Dockerfile`.
 */
export function hashBuildContext(context: string): string {
  const dockerfile = join(context, "Dockerfile");
  if (!existsSync(dockerfile)) {
    throw new Error(`the build context ${context} has no Dockerfile: name a folder that has one`);
  }
  const ignoreFile = join(context, ".dockerignore");
  const ignore = dockerignore();
  if (existsSync(ignoreFile)) ignore.add(readFileSync(ignoreFile, "utf8"));

  const hash = createHash("sha256").update(readFileSync(dockerfile));
  for (const path of filesBelow(context)) {
    const name = relative(context, path);
    if (ignore.ignores(name)) continue;
    const executable = (statSync(path).mode & 0o111) !== 0;
    hash.update(`\0${name}\0${executable}\0`).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
