import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import path from "node:path";
import { isAvailable, killGroup, removeGroup, setFrozen } from "../host/cgroup.ts";
import { run } from "../host/command.ts";
import { stopDns } from "../host/dns.ts";
import { cgroupRoot, maxNodes, nodesFolder, stateFolder } from "../host/layout.ts";
import { withLabLock } from "../host/lock.ts";
import { removeBridge, restoreForwarding, setLinkUp, unshareUplink } from "../host/network.ts";
import { requireRoot } from "../host/requirements.ts";
import { refuseForeignLab } from "./status.ts";

/**
 * Removes the lab with everything on it. It looks for what is there instead of trusting notes, so
 * it also clears what an interrupted `up`, an interrupted `down` or a reboot left.
 * @throws when not root
 */
export async function swarmDown({ log = () => {} }: { log?: (line: string) => void } = {}) {
  requireRoot();
  await withLabLock("swarm down", log, async () => {
    await refuseForeignLab();
    for (let number = 1; number <= maxNodes; number++) await setLinkUp(number, false);
    if (isAvailable()) {
      for (let number = 1; number <= maxNodes; number++) await setFrozen(number, false);
      await stopDns();
      await killGroup(cgroupRoot);
      await removeGroup(cgroupRoot);
      log("nodes are off");
    }
    await unshareUplink();
    await removeBridge();
    await restoreForwarding();
    log("network is removed");
    if (existsSync(stateFolder())) {
      // Out of sight in one step: half-removed disks must never boot again.
      const removed = path.join(stateFolder(), "removed");
      await run("rm", "-rf", "--one-file-system", removed);
      if (existsSync(nodesFolder())) await rename(nodesFolder(), removed);
      await run("rm", "-rf", "--one-file-system", stateFolder());
      log(`${stateFolder()} is removed`);
    }
  });
}
