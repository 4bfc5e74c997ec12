import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import path from "node:path";
import { isAvailable, killGroup, removeGroup, setFrozen } from "./cgroup.ts";
import { run } from "./command.ts";
import { stopDns } from "./dns.ts";
import { everyPlace, type Layout, nodesFolder, stateFolder } from "./layout.ts";
import { withLabLock } from "./lock.ts";
import { neighbours, removeBridge, setLinkUp } from "./network.ts";
import { refuseForeignLab } from "./presence.ts";
import { requireRoot } from "./requirements.ts";
import { restoreForwarding, unshareUplink } from "./uplink.ts";

/**
 * Removes a lab with everything on it. It looks for what is there instead of trusting notes, so
 * it also clears what an interrupted `up`, an interrupted `down` or a reboot left.
 * @throws when not root
 */
export async function removeLab(
  lab: Layout,
  { log = () => {} }: { log?: (line: string) => void } = {},
): Promise<void> {
  requireRoot(lab);
  await withLabLock(lab, "down", log, async () => {
    await refuseForeignLab(lab);
    for (const node of everyPlace(lab)) await setLinkUp(node, false);
    if (isAvailable()) {
      for (const node of everyPlace(lab)) await setFrozen(node.group, false);
      await stopDns(lab);
      await killGroup(lab.group);
      await removeGroup(lab.group);
      log("nodes are off");
    }
    await unshareUplink(lab);
    await removeBridge(lab);
    await restoreForwarding(lab, (await neighbours(lab))[0]);
    log("network is removed");
    const folder = stateFolder(lab);
    if (existsSync(folder)) {
      // Out of sight in one step: half-removed disks must never boot again.
      const removed = path.join(folder, "removed");
      await run("rm", "-rf", "--one-file-system", removed);
      if (existsSync(nodesFolder(lab))) await rename(nodesFolder(lab), removed);
      await run("rm", "-rf", "--one-file-system", folder);
      log(`${folder} is removed`);
    }
  });
}
