import path from "node:path";

/** Most nodes a lab can have. */
export const maxNodes = 5;

/** What a lab is called on this machine: nothing of it is any other lab's. */
export interface Layout {
  /** Its command, as in `npm run lab -- swarm`. */
  command: string;
  /** What to use instead where this machine can't have it; completes "or ...". */
  alternative: string;
  /** The bridge in the host's network namespace that every node is plugged into. */
  bridge: string;
  /** What the host's ends of the nodes' links begin with. */
  linkPrefix: string;
  /** The first two bytes of the host's and the nodes' addresses. */
  network: string;
  /** Further address ranges that mean something to the nodes, and so nothing else to the host. */
  innerRanges: string[];
  /** Those of them whose packets leave a node as they are, for the host to translate. */
  outgoingRanges: string[];
  /** Its control group, the same name below every hierarchy; marks its firewall rules as well. */
  group: string;
  /** Names the folder for all it keeps, and where that is by default. */
  folder: { variable: string; default: string };
}

/** A host of a lab: where everything of it is. */
export interface NodePlace {
  lab: Layout;
  number: number;
  name: string;
  address: string;
  /** Failure domain. */
  zone: string;
  /** The host's end of the node's link. */
  link: string;
  /** Fixed, as on a real machine: else the neighbours keep the old one for a while after a boot. */
  mac: string;
  group: string;
  /** Its disk. */
  folder: string;
}

/** Longest state folder: socket addresses end at 107 bytes, and Docker's own lie deeper. */
const longestStateFolder = 70;

/** The host's own address on the bridge: the nodes' gateway and name server. */
export const gateway = (lab: Layout): string => `${lab.network}.0.1`;
/** Addresses of the host and the nodes. */
export const nodeSubnet = (lab: Layout): string => `${lab.network}.0.0/24`;
export const nodeAddress = (lab: Layout, number: number): string =>
  `${lab.network}.0.${10 + number}`;
/** An address for hardware, told by its last byte, that nothing else on this machine has. */
export const macOf = (lab: Layout, byte: string): string =>
  `02:${lab.network.split(".")[1]}:00:00:00:${byte}`;

/**
 * Where a lab keeps its nodes' disks, sockets and logs while it exists: an absolute path on a file
 * system that overlayfs works on.
 */
export function stateFolder({ folder }: Layout): string {
  const chosen = process.env[folder.variable] || folder.default;
  if (!path.isAbsolute(chosen) || chosen.length > longestStateFolder) {
    throw new Error(
      `${folder.variable}=${chosen}: must be an absolute path of at most ${longestStateFolder} ` +
        `characters (socket addresses can't be longer). Example: ${folder.default}`,
    );
  }
  return path.normalize(chosen);
}

export const nodesFolder = (lab: Layout): string => path.join(stateFolder(lab), "nodes");

/** @param number 1 and up for nodes; 0 for a control plane, where a lab has one apart from them */
export function nodePlace(lab: Layout, number: number): NodePlace {
  const name = number === 0 ? "control" : `node${number}`;
  return {
    lab,
    number,
    name,
    address: nodeAddress(lab, number),
    zone: `zone-${number}`,
    link: `${lab.linkPrefix}${number}`,
    mac: macOf(lab, `1${number}`),
    group: `${lab.group}/${name}`,
    folder: path.join(nodesFolder(lab), `${number}`),
  };
}

/** All that a lab could have. */
export const everyPlace = (lab: Layout): NodePlace[] =>
  Array.from({ length: maxNodes + 1 }, (_, number) => nodePlace(lab, number));
