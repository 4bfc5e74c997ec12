import { mkdir } from "node:fs/promises";
import { setFrozen } from "./cgroup.ts";
import { run } from "./command.ts";
import { startDns } from "./dns.ts";
import { type Layout, maxNodes, type NodePlace, nodePlace, stateFolder } from "./layout.ts";
import { createBridge, isLinkUp } from "./network.ts";
import { labNode, type NodeSoftware } from "./node.ts";
import { initProcess } from "./power.ts";
import { existingNodes } from "./presence.ts";
import { allowForwarding, shareUplink } from "./uplink.ts";

/** What every lab's `up` may be told. */
export interface LabUpArgs {
  /**
   * How many nodes the lab must have at least, 1 to 5. A larger lab keeps its nodes.
   * @default 1
   */
  nodes?: number;
  /** Takes progress lines. @default discards them */
  log?: (line: string) => void;
}

export function requireNodeCount(nodes: number): void {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > maxNodes) {
    throw new Error(`nodes: ${nodes} is not a whole number from 1 to ${maxNodes}.`);
  }
}

/** Makes what the nodes need of this machine: a folder, a network, a name server. */
export async function prepareHost(lab: Layout, log: (line: string) => void): Promise<void> {
  await mkdir(stateFolder(lab), { recursive: true, mode: 0o755 });
  await refuseOverlayBelow(lab);
  await allowForwarding(lab);
  await createBridge(lab);
  await shareUplink(lab);
  await startDns(lab);
  log("network and name server are up");
}

async function refuseOverlayBelow(lab: Layout): Promise<void> {
  const folder = stateFolder(lab);
  const type = (await run("stat", "--file-system", "--format=%T", folder)).trim();
  if (type !== "overlayfs") return;
  throw new Error(
    `${folder} is on an overlay file system (inside a container?), which containers' own can't ` +
      `be stacked on. Set ${lab.folder.variable} to a folder on a disk, like ` +
      "/mnt/data/ha-store-lab.",
  );
}

/** Makes disks for the nodes that are wanted; returns the places of all that there are. */
export async function createNodeFolders(
  lab: Layout,
  wanted: number,
  log: (line: string) => void,
): Promise<NodePlace[]> {
  const count = Math.max(wanted, ...existingNodes(lab));
  if (count > wanted) log(`the lab has ${count} nodes already and keeps them`);
  const places = Array.from({ length: count }, (_, index) => nodePlace(lab, index + 1));
  for (const { folder } of places) await mkdir(folder, { recursive: true });
  return places;
}

/** How long a node that was paused or cut may take until it answers again. */
const recoveryMs = 20_000;

/** Boots a node that is off or does not answer; heals one that is cut or paused. */
export async function ensureOn(
  place: NodePlace,
  software: NodeSoftware,
  log: (line: string) => void,
): Promise<void> {
  const started = Date.now();
  if (await initProcess(place)) {
    // A node without a link was left half-plugged by an interrupted command.
    const linked = (await isLinkUp(place)) !== undefined;
    await setFrozen(place.group, false);
    if (linked) await labNode(place, software).heal();
    if (linked && (await software.answers(recoveryMs))) {
      log(`${place.name} is on`);
      return;
    }
  }
  await software.boot();
  log(`${place.name} booted in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
