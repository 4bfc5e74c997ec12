import { mkdir } from "node:fs/promises";
import { setFrozen } from "../host/cgroup.ts";
import { run } from "../host/command.ts";
import { startDns } from "../host/dns.ts";
import { maxNodes, nodeFolder, stateFolder } from "../host/layout.ts";
import { withLabLock } from "../host/lock.ts";
import { allowForwarding, createBridge, isLinkUp, shareUplink } from "../host/network.ts";
import { initProcess } from "../host/power.ts";
import { ensureRequirements, requireRoot } from "../host/requirements.ts";
import { boot, engine } from "./docker.ts";
import { formSwarm } from "./membership.ts";
import { type LabNode, node } from "./node.ts";
import { existingNodes, refuseForeignLab } from "./status.ts";

/** A running lab. */
export interface Lab {
  nodes: LabNode[];
}

export interface SwarmUpArgs {
  /**
   * How many nodes the lab must have at least, 1 to 5. A larger lab keeps its nodes.
   * @default 1
   */
  nodes?: number;
  /** Takes progress lines. @default discards them */
  log?: (line: string) => void;
}

/**
 * Makes this machine's lab: isolated hosts on a bridge, a Docker engine on each, one Swarm of all.
 * Safe to repeat: it adds what is missing, boots what is off, heals what is cut or paused.
 * @throws when not root, when the kernel or a program it can't install is missing, or when an
 * engine does not come up (with the end of its log)
 */
export async function swarmUp({ nodes = 1, log = () => {} }: SwarmUpArgs = {}): Promise<Lab> {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > maxNodes) {
    throw new Error(`nodes: ${nodes} is not a whole number from 1 to ${maxNodes}.`);
  }
  requireRoot();
  return withLabLock("swarm up", log, async () => {
    await ensureRequirements(log);
    await refuseForeignLab();
    await prepareHost();
    log("network and name server are up");
    const numbers = await createNodeFolders(nodes, log);
    await Promise.all(numbers.map((number) => ensureOn(number, log)));
    await formSwarm(numbers);
    log(`Swarm of ${numbers.length} ${numbers.length === 1 ? "node" : "nodes"} is ready`);
    return { nodes: numbers.map((number) => node(number)) };
  });
}

async function prepareHost(): Promise<void> {
  await mkdir(stateFolder(), { recursive: true, mode: 0o755 });
  await refuseOverlayBelow(stateFolder());
  await allowForwarding();
  await createBridge();
  await shareUplink();
  await startDns();
}

async function refuseOverlayBelow(folder: string): Promise<void> {
  const type = (await run("stat", "--file-system", "--format=%T", folder)).trim();
  if (type !== "overlayfs") return;
  throw new Error(
    `${folder} is on an overlay file system (inside a container?), which Docker's overlay2 can't ` +
      "be stacked on. Set HA_STORE_LAB to a folder on a disk, like /mnt/data/ha-store-lab.",
  );
}

async function createNodeFolders(wanted: number, log: (line: string) => void): Promise<number[]> {
  const count = Math.max(wanted, ...existingNodes());
  if (count > wanted) log(`the lab has ${count} nodes already and keeps them`);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  for (const number of numbers) await mkdir(nodeFolder(number), { recursive: true });
  return numbers;
}

async function ensureOn(number: number, log: (line: string) => void): Promise<void> {
  const started = Date.now();
  if (await initProcess(number)) {
    // A node without a link was left half-plugged by an interrupted command.
    const linked = (await isLinkUp(number)) !== undefined;
    await setFrozen(number, false);
    if (linked) await node(number).heal();
    if (
      linked &&
      (await engine(number, 20_000)
        .ping()
        .then(Boolean, () => false))
    ) {
      log(`node ${number} is on`);
      return;
    }
  }
  await boot(number);
  log(`node ${number} booted in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
