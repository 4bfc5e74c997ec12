import { copyFile, link, mkdir, rename, rm, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { ensurePrograms } from "../../engine/index.ts";
import { executable, sharedFolder } from "./layout.ts";
import { clusterSet } from "./programs.ts";

/** Each program's executable by the program's name; builds those that the cache lacks. */
export const ensureClusterPrograms = (log: (line: string) => void): Promise<Map<string, string>> =>
  ensurePrograms(clusterSet, log);

/**
 * Gives the lab its own executables: it goes on whatever becomes of the cache, and its hosts, whose
 * /var/lib is private, see them.
 */
export async function placePrograms(executables: Map<string, string>): Promise<void> {
  await mkdir(path.join(sharedFolder(), "bin"), { recursive: true });
  for (const [name, file] of executables) await place(file, executable(name));
  await rm(executable("kubectl"), { force: true });
  await symlink("hyperkube", executable("kubectl"));
}

/** A hard link where it can be, which costs no space; never over a file that runs. */
async function place(file: string, target: string): Promise<void> {
  const [wanted, present] = await Promise.all([stat(file), stat(target).catch(() => undefined)]);
  if (present?.ino === wanted.ino && present.dev === wanted.dev) return;
  const next = `${target}.next`;
  await rm(next, { force: true });
  await link(file, next).catch(() => copyFile(file, next));
  await rename(next, target);
}
