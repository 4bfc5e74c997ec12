import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isV2, mountPoint } from "./cgroup.ts";

/**
 * Makes the group in every tree, for an engine that puts containers into groups of its own below it
 * and wants to find all controllers there.
 */
export async function prepareContainerGroup(group: string): Promise<void> {
  if (isV2()) {
    await mkdir(path.join(mountPoint, group), { recursive: true });
    await handDownControllers(group);
    return;
  }
  for (const tree of await v1Trees()) {
    await mkdir(path.join(tree, group), { recursive: true });
  }
  await handDownProcessors(group);
}

/** cgroup v2: a group has the controllers that the one above it hands down. */
async function handDownControllers(group: string): Promise<void> {
  for (const folder of foldersAbove(group)) {
    const controllers = await readFile(path.join(folder, "cgroup.controllers"), "utf8");
    const wanted = controllers
      .split(/\s+/)
      .filter(Boolean)
      .map((name) => `+${name}`);
    await writeFile(path.join(folder, "cgroup.subtree_control"), wanted.join(" "));
  }
}

/** cgroup v1: a group takes no process before it is told its processors and memory nodes. */
async function handDownProcessors(group: string): Promise<void> {
  const tree = path.join(mountPoint, "cpuset");
  if (!existsSync(tree)) return;
  let above = tree;
  for (const name of group.split("/")) {
    const folder = path.join(above, name);
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
      await writeFile(path.join(folder, file), await readFile(path.join(above, file), "utf8"));
    }
    above = folder;
  }
}

/** `unified` is a tree of cgroup v2, without controllers where v1 has them. */
async function v1Trees(): Promise<string[]> {
  const names = await readdir(mountPoint);
  return names.filter((name) => name !== "unified").map((name) => path.join(mountPoint, name));
}

/** The mount point and the folders from there to the one above the group. */
function foldersAbove(group: string): string[] {
  const names = group.split("/").slice(0, -1);
  return [
    mountPoint,
    ...names.map((_, index) => path.join(mountPoint, ...names.slice(0, index + 1))),
  ];
}
