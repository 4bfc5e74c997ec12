import { existsSync, readdirSync } from "node:fs";
import { type Layout, nodesFolder, stateFolder } from "./layout.ts";
import { bridgeOwner } from "./network.ts";

/** Numbers of the nodes whose disks exist. */
export function existingNodes(lab: Layout): number[] {
  if (!existsSync(nodesFolder(lab))) return [];
  return readdirSync(nodesFolder(lab))
    .map(Number)
    .filter((number) => number > 0)
    .sort();
}

/** Fails when the lab that runs on this machine keeps its state elsewhere. */
export async function refuseForeignLab(lab: Layout): Promise<void> {
  const owner = await bridgeOwner(lab);
  if (owner && owner !== stateFolder(lab)) {
    throw new Error(
      `This machine's lab keeps its state in ${owner}, not ${stateFolder(lab)}. ` +
        `Set ${lab.folder.variable}=${owner} to work on that one.`,
    );
  }
}
