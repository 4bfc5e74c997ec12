import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import Docker from "dockerode";
import { logTail } from "../host/command.ts";
import {
  dockerSocket,
  localPool,
  nodeCgroup,
  nodeFolder,
  nodeSubnet,
  nodeZone,
} from "../host/layout.ts";
import { nodeLog, powerOn } from "../host/power.ts";
import { waitFor } from "../host/wait-for.ts";

/** What of the engine's own description the lab looks at. */
export interface EngineInfo {
  Swarm: { NodeID: string; LocalNodeState: string; ControlAvailable: boolean; Error: string };
}

/** A client of one node's engine. A frozen or half-dead engine fails after the time-out. */
export const engine = (number: number, timeout = 3_000): Docker =>
  new Docker({ socketPath: dockerSocket(number), timeout });

export const engineInfo = async (number: number): Promise<EngineInfo> =>
  (await engine(number).info()) as EngineInfo;

/** Boots a node and returns when its Docker engine answers. */
export async function boot(number: number): Promise<void> {
  const node = await powerOn(number, [
    "dockerd",
    `--config-file=${await writeConfiguration(number)}`,
  ]);
  await waitFor(`the Docker engine of node ${number}`, 60_000, async () => {
    if (node.ended()) return "ended" as const;
    return Boolean(await engine(number).ping());
  }).then(
    async (answer) => {
      if (answer !== "ended") return;
      throw new Error(`Node ${number} went off while it booted.${await logTail(nodeLog(number))}`);
    },
    async (error: Error) => {
      throw new Error(`${error.message}${await logTail(nodeLog(number))}`);
    },
  );
}

/** Its own file, so that the one of an engine on the host, in /etc/docker, does not count. */
async function writeConfiguration(number: number): Promise<string> {
  const file = path.join(nodeFolder(number), "daemon.json");
  const configuration = {
    "data-root": path.join(nodeFolder(number), "data"),
    // In the node's private /run: sockets have short names there, and a boot empties it.
    "exec-root": "/run/docker",
    pidfile: "/run/docker.pid",
    // The second one is where every engine has it, and where containers look for it.
    hosts: [`unix://${dockerSocket(number)}`, "unix:///run/docker.sock"],
    group: "root",
    labels: [`zone=${nodeZone(number)}`],
    "storage-driver": "overlay2",
    "exec-opts": ["native.cgroupdriver=cgroupfs"],
    "cgroup-parent": `/${nodeCgroup(number)}/containers`,
    "default-address-pools": [{ base: localPool, size: 24 }],
    // Room for the 50 bytes that VXLAN adds.
    mtu: 1450,
    "insecure-registries": [nodeSubnet],
    "registry-mirrors": await hostsMirrors(),
    "log-driver": "json-file",
    "log-opts": { "max-size": "10m", "max-file": "2" },
    "log-level": "warn",
  };
  await writeFile(file, JSON.stringify(configuration, undefined, 2));
  return file;
}

/** A company's mirrors of public registries, where the host's engine is set up to use them. */
async function hostsMirrors(): Promise<string[]> {
  const text = await readFile("/etc/docker/daemon.json", "utf8").catch(() => "{}");
  const configuration = JSON.parse(text) as { "registry-mirrors"?: string[] };
  return configuration["registry-mirrors"] ?? [];
}
