import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
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

  const hash = createHash("sha256");
  const add = (part: string | Buffer) => hash.update(`${part.length}:`).update(part);
  add(readFileSync(dockerfile));
  for (const path of pathsBelow(context)) {
    const name = relative(context, path);
    if (ignore.ignores(name)) continue;
    const status = lstatSync(path);
    add(name);
    add(status.isSymbolicLink() ? "link" : status.mode & 0o111 ? "program" : "file");
    add(status.isSymbolicLink() ? readlinkSync(path) : readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

function pathsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
