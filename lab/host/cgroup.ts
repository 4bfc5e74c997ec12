import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { waitFor } from "./wait-for.ts";

export const mountPoint = "/sys/fs/cgroup";
/** cgroup v1 has one tree for each of these; v2 has one for all. */
const v1Controllers = ["freezer", "memory", "cpu", "pids"];

export const isV2 = (): boolean => existsSync(`${mountPoint}/cgroup.controllers`);
export const isAvailable = (): boolean => isV2() || existsSync(`${mountPoint}/freezer`);

/** The tree that every process of the lab is in: who is in it is the lab's, nobody else. */
const mainTree = (): string => (isV2() ? mountPoint : `${mountPoint}/freezer`);

/** Makes the group in each tree; a process joins by writing its id to each folder's cgroup.procs. */
export async function createGroup(group: string): Promise<string[]> {
  const trees = isV2() ? [mountPoint] : v1Controllers.map((name) => `${mountPoint}/${name}`);
  const folders = trees.filter(existsSync).map((tree) => path.join(tree, group));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const [lab = ""] = group.split("/");
  for (const tree of trees) await giveWeight(path.join(tree, lab));
  return folders;
}

/**
 * Processors are shared out between a group and each process beside it, as if the group were one. All
 * hosts of a lab together would wait for whoever works with them; so they count as four.
 */
async function giveWeight(folder: string): Promise<void> {
  const weights = { "cpu.shares": 4 * 1024, "cpu.weight": 4 * 100 };
  for (const [name, weight] of Object.entries(weights)) {
    const file = path.join(folder, name);
    if (existsSync(file)) await writeFile(file, String(weight));
  }
}

/** Ids of all processes in the group and the groups below it. */
export async function processesIn(group: string): Promise<number[]> {
  const found: number[] = [];
  for (const folder of await foldersBelow(path.join(mainTree(), group))) {
    // A group may vanish while we look: its processes are gone then.
    const text = await readFile(path.join(folder, "cgroup.procs"), "utf8").catch(() => "");
    found.push(...text.split("\n").filter(Boolean).map(Number));
  }
  return found;
}

/** Ids of the processes in the group itself. */
export async function processesDirectlyIn(group: string): Promise<number[]> {
  const file = path.join(mainTree(), group, "cgroup.procs");
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").filter(Boolean).map(Number);
}

/** Sends SIGKILL to everything in the group until nothing is left. */
export async function killGroup(group: string): Promise<void> {
  if (!existsSync(path.join(mainTree(), group))) return;
  await thawBelow(group);
  await waitFor(`the processes in control group ${group} to end`, 120_000, async () => {
    const ids = await processesIn(group);
    for (const id of ids) {
      try {
        process.kill(id, "SIGKILL");
      } catch {
        // Ended by itself.
      }
    }
    return ids.length === 0;
  });
}

/** cgroup v1 delivers no signal to what is frozen, as a container is that Docker has paused. */
async function thawBelow(group: string): Promise<void> {
  if (isV2()) return;
  for (const folder of await foldersBelow(path.join(mainTree(), group))) {
    await writeFile(path.join(folder, "freezer.state"), "THAWED").catch(() => undefined);
  }
}

/** Removes the group from every tree, with what killed containers left below it. */
export async function removeGroup(group: string): Promise<void> {
  const trees = isV2()
    ? [mountPoint]
    : (await readdir(mountPoint)).map((name) => path.join(mountPoint, name));
  for (const tree of trees) {
    for (const folder of await foldersBelow(path.join(tree, group))) {
      // The kernel lets go of a dead process's group a moment later.
      await waitFor(`control group ${folder} to be free`, 10_000, async () => {
        await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== "ENOENT") throw error;
        });
        return true;
      });
    }
  }
}

/** Stops or continues every process in the group and the groups below it. */
export async function setFrozen(group: string, frozen: boolean): Promise<void> {
  const folder = path.join(mainTree(), group);
  if (!existsSync(folder)) return;
  const file = path.join(folder, isV2() ? "cgroup.freeze" : "freezer.state");
  const value = isV2() ? (frozen ? "1" : "0") : frozen ? "FROZEN" : "THAWED";
  await writeFile(file, value);
  await waitFor(
    `control group ${group} to be ${frozen ? "frozen" : "thawed"}`,
    10_000,
    async () => {
      if (!isV2()) return (await readFile(file, "utf8")).trim() === value;
      const events = await readFile(path.join(folder, "cgroup.events"), "utf8");
      return events.includes(`frozen ${value}`);
    },
  );
}

export async function isFrozen(group: string): Promise<boolean> {
  const folder = path.join(mainTree(), group);
  const file = path.join(folder, isV2() ? "cgroup.freeze" : "freezer.state");
  const state = (await readFile(file, "utf8").catch(() => "")).trim();
  return state === "1" || state === "FROZEN" || state === "FREEZING";
}

/** The folder and those below it, deepest first; none if it does not exist. */
async function foldersBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return [];
  const below = entries.filter((entry) => entry.isDirectory());
  const nested = await Promise.all(
    below.map((entry) => foldersBelow(path.join(folder, entry.name))),
  );
  return [...nested.flat(), folder];
}
