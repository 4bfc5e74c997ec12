import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { killGroup, processesDirectlyIn, removeGroup, setFrozen } from "./cgroup.ts";
import { startDaemon } from "./daemon.ts";
import { nodeDnsConfiguration } from "./dns.ts";
import { initScript } from "./init-script.ts";
import { dockerSocket, gateway, nodeAddress, nodeCgroup, nodeFolder, nodeName } from "./layout.ts";
import { plug, setLinkUp, unplug } from "./network.ts";

/** Separate from the containers' group: cgroup v2 wants processes in leaves only. */
const daemonGroup = (number: number): string => `${nodeCgroup(number)}/daemon`;

/**
 * The host's id of the node's first process; undefined when the node is off. It is the one that
 * has number 1 in a process namespace directly below ours (a container's would be two below).
 */
export async function initProcess(number: number): Promise<number | undefined> {
  for (const id of await processesDirectlyIn(daemonGroup(number))) {
    const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
    if (/^NSpid:\t\d+\t1$/m.test(status)) return id;
  }
  return undefined;
}

/**
 * Boots a node: namespaces, network link, then the given program (dockerd).
 * @returns its end, should it come before the caller is done with it
 */
export async function powerOn(number: number, program: string[]): Promise<{ ended(): boolean }> {
  await powerOff(number);
  const folder = nodeFolder(number);
  await mkdir(path.join(folder, "data"), { recursive: true });
  await writeFile(path.join(folder, "dnsmasq.conf"), await nodeDnsConfiguration(number));
  // Containers on the default bridge can't reach the first; all others are asked for by Docker.
  const nameServers = `nameserver 127.0.0.1\nnameserver ${nodeAddress(number)}\n`;
  await writeFile(path.join(folder, "resolv.conf"), nameServers);
  await writeFile(path.join(folder, "init.sh"), initScript);
  await rm(dockerSocket(number), { force: true });
  const namespaces = ["--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"];
  const daemon = await startDaemon(
    daemonGroup(number),
    nodeLog(number),
    ["unshare", ...namespaces, "bash", path.join(folder, "init.sh")].concat(
      [folder, nodeName(number), nodeAddress(number), gateway],
      program,
    ),
    true,
  );
  const ended = () => daemon.exitCode !== null || daemon.signalCode !== null;
  const { stdin, stdout } = daemon;
  if (!stdin || !stdout) throw new Error(`node ${number}: no pipe to its first process`);
  stdin.on("error", () => {});
  const [greeting] = await Promise.race([once(stdout, "data"), once(daemon, "exit")]);
  const init = Number.parseInt(`${greeting}`, 10);
  if (!ended() && init > 1) {
    await plug(number, init);
    stdin.end("plugged in\n");
  }
  stdout.destroy();
  return { ended };
}

/** Power off: nothing of the node gets to say goodbye, neither on the network nor on the disk. */
export async function powerOff(number: number): Promise<void> {
  await setLinkUp(number, false);
  const init = await initProcess(number);
  if (init) process.kill(init, "SIGKILL");
  // cgroup v1 delivers no signal to what is frozen.
  await setFrozen(number, false);
  await killGroup(nodeCgroup(number));
  await unplug(number);
  await removeGroup(nodeCgroup(number));
}

export const nodeLog = (number: number): string => path.join(nodeFolder(number), "node.log");
