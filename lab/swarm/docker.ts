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
  const node = await powerOn(number, dockerd(number));
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

function dockerd(number: number): string[] {
  const options: Record<string, string> = {
    "data-root": `${nodeFolder(number)}/data`,
    // In the node's private /run: sockets have short names there, and a boot empties it.
    "exec-root": "/run/docker",
    pidfile: "/run/docker.pid",
    host: `unix://${dockerSocket(number)}`,
    group: "root",
    "storage-driver": "overlay2",
    "exec-opt": "native.cgroupdriver=cgroupfs",
    "cgroup-parent": `/${nodeCgroup(number)}/containers`,
    "default-address-pool": `base=${localPool},size=24`,
    // Room for the 50 bytes that VXLAN adds.
    mtu: "1450",
    "insecure-registry": nodeSubnet,
    "log-driver": "json-file",
    "log-level": "warn",
    label: `zone=${nodeZone(number)}`,
    "shutdown-timeout": "10",
  };
  return [
    "dockerd",
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    "--log-opt=max-size=10m",
    "--log-opt=max-file=2",
  ];
}
