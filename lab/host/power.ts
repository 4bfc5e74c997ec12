import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { killGroup, processesDirectlyIn, removeGroup, setFrozen } from "./cgroup.ts";
import { startDaemon } from "./daemon.ts";
import { nodeDnsConfiguration } from "./dns.ts";
import { initScript } from "./init-script.ts";
import { gateway, type NodePlace } from "./layout.ts";
import { plug, setLinkUp, unplug } from "./network.ts";

/** Separate from the containers' group: cgroup v2 wants processes in leaves only. */
const daemonGroup = (node: NodePlace): string => `${node.group}/daemon`;

/**
 * The host's id of the node's first process; undefined when the node is off. It is the one that
 * has number 1 in a process namespace directly below ours (a container's would be two below).
 */
export async function initProcess(node: NodePlace): Promise<number | undefined> {
  for (const id of await processesDirectlyIn(daemonGroup(node))) {
    const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
    if (/^NSpid:\t\d+\t1$/m.test(status)) return id;
  }
  return undefined;
}

/**
 * Boots a node: namespaces, network link, then the given program.
 * @param prepareGroup completes the node's control group before that
 * @returns its end, should it come before the caller is done with it
 */
export async function powerOn(
  node: NodePlace,
  program: string[],
  prepareGroup: (group: string) => Promise<void> = async () => {},
): Promise<{ ended(): boolean }> {
  await powerOff(node);
  const { folder } = node;
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "dnsmasq.conf"), await nodeDnsConfiguration(node));
  // Containers on the default bridge can't reach the first; all others are asked for by Docker.
  const nameServers = `nameserver 127.0.0.1\nnameserver ${node.address}\n`;
  await writeFile(path.join(folder, "resolv.conf"), nameServers);
  await writeFile(path.join(folder, "init.sh"), initScript);
  const namespaces = ["--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"];
  const daemon = await startDaemon(
    daemonGroup(node),
    nodeLog(node),
    ["unshare", ...namespaces, "bash", path.join(folder, "init.sh")].concat(
      [folder, node.name, node.address, gateway(node.lab)],
      program,
    ),
    true,
  );
  const ended = () => daemon.exitCode !== null || daemon.signalCode !== null;
  const { stdin, stdout } = daemon;
  if (!stdin || !stdout) throw new Error(`${node.name}: no pipe to its first process`);
  stdin.on("error", () => {});
  const [greeting] = await Promise.race([once(stdout, "data"), once(daemon, "exit")]);
  const init = Number.parseInt(`${greeting}`, 10);
  if (!ended() && init > 1) {
    await prepareGroup(node.group);
    await plug(node, init);
    stdin.end("plugged in\n");
  }
  stdout.destroy();
  return { ended };
}

/** Power off: nothing of the node gets to say goodbye, neither on the network nor on the disk. */
export async function powerOff(node: NodePlace): Promise<void> {
  await setLinkUp(node, false);
  const init = await initProcess(node);
  if (init) process.kill(init, "SIGKILL");
  // cgroup v1 delivers no signal to what is frozen.
  await setFrozen(node.group, false);
  await killGroup(node.group);
  await unplug(node);
  await removeGroup(node.group);
}

export const nodeLog = ({ folder }: NodePlace): string => path.join(folder, "node.log");
