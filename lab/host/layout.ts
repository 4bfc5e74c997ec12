import path from "node:path";

/** Most nodes a lab can have. */
export const maxNodes = 5;

/** The bridge in the host's network namespace that every node is plugged into. */
export const bridge = "ha-store0";
/** The host's own address on the bridge: the nodes' gateway and name server. */
export const gateway = "10.77.0.1";
/** Addresses of the host and the nodes. */
export const nodeSubnet = "10.77.0.0/24";
/** Each node's local container networks (docker0, docker_gwbridge) come out of this range. */
export const localPool = "10.78.0.0/16";
/** The Swarm's overlay networks come out of this range. */
export const overlayPool = "10.79.0.0/16";

/** The lab's control group, the same name below every hierarchy. */
export const cgroupRoot = "ha-store-lab";
/** Marks the lab's own firewall rules. */
export const ruleMark = "ha-store-lab";

/** Longest state folder: socket addresses end at 107 bytes, and Docker's own lie deeper. */
const longestStateFolder = 70;

export const nodeName = (number: number): string => `node${number}`;
export const nodeAddress = (number: number): string => `10.77.0.${10 + number}`;
export const nodeZone = (number: number): string => `zone-${number}`;
/** The host's end of the node's link. */
export const nodeLink = (number: number): string => `ha-store-n${number}`;
/** Fixed, as on a real machine: else the neighbours keep the old one for a while after a boot. */
export const nodeMac = (number: number): string => `02:77:00:00:00:1${number}`;
export const nodeCgroup = (number: number): string => `${cgroupRoot}/${nodeName(number)}`;

/**
 * Where the lab keeps its nodes' disks, sockets and logs while it exists: `HA_STORE_LAB`, an
 * absolute path on a file system that overlay2 works on.
 * @default /var/lib/ha-store-lab
 */
export function stateFolder(): string {
  const folder = process.env.HA_STORE_LAB || "/var/lib/ha-store-lab";
  if (!path.isAbsolute(folder) || folder.length > longestStateFolder) {
    throw new Error(
      `HA_STORE_LAB=${folder}: must be an absolute path of at most ${longestStateFolder} ` +
        "characters (socket addresses can't be longer). Example: /var/lib/ha-store-lab",
    );
  }
  return path.normalize(folder);
}

export const nodesFolder = (): string => path.join(stateFolder(), "nodes");
export const nodeFolder = (number: number): string => path.join(nodesFolder(), `${number}`);
export const dockerSocket = (number: number): string =>
  path.join(nodeFolder(number), "docker.sock");
