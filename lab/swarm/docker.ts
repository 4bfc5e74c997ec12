import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import Docker from "dockerode";
import { logTail } from "../host/command.ts";
import { nodeSubnet } from "../host/layout.ts";
import { nodeLog, powerOn } from "../host/power.ts";
import { waitFor } from "../host/wait-for.ts";
import { kubernetesLab } from "../kubernetes/layout.ts";
import { dockerSocket, localPool, swarmLab, swarmPlace } from "./layout.ts";

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
  const place = swarmPlace(number);
  await rm(dockerSocket(number), { force: true });
  const configuration = await writeConfiguration(number);
  const node = await powerOn(place, ["dockerd", `--config-file=${configuration}`]);
  await waitFor(`the Docker engine of node ${number}`, 60_000, async () => {
    if (node.ended()) return "ended" as const;
    return Boolean(await engine(number).ping());
  }).then(
    async (answer) => {
      if (answer !== "ended") return;
      throw new Error(`Node ${number} went off while it booted.${await logTail(nodeLog(place))}`);
    },
    async (error: Error) => {
      throw new Error(`${error.message}${await logTail(nodeLog(place))}`);
    },
  );
}

/** Its own file, so that the one of an engine on the host, in /etc/docker, does not count. */
async function writeConfiguration(number: number): Promise<string> {
  const { folder, group, zone } = swarmPlace(number);
  const file = path.join(folder, "daemon.json");
  const configuration = {
    "data-root": path.join(folder, "data"),
    // In the node's private /run: sockets have short names there, and a boot empties it.
    "exec-root": "/run/docker",
    pidfile: "/run/docker.pid",
    // The second one is where every engine has it, and where containers look for it.
    hosts: [`unix://${dockerSocket(number)}`, "unix:///run/docker.sock"],
    group: "root",
    labels: [`zone=${zone}`],
    "storage-driver": "overlay2",
    "exec-opts": ["native.cgroupdriver=cgroupfs"],
    "cgroup-parent": `/${group}/containers`,
    "default-address-pools": [{ base: localPool, size: 24 }],
    // Room for the 50 bytes that VXLAN adds.
    mtu: 1450,
    // The registry of a Kubernetes lab beside this one as well: images for it are built here.
    "insecure-registries": [nodeSubnet(swarmLab), nodeSubnet(kubernetesLab)],
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
