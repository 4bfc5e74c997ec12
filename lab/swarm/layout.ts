import path from "node:path";
import { type Layout, type NodePlace, nodePlace } from "../host/layout.ts";

/** Each node's local container networks (docker0, docker_gwbridge) come out of this range. */
export const localPool = "10.78.0.0/16";
/** The Swarm's overlay networks come out of this range. */
export const overlayPool = "10.79.0.0/16";

/** State folder: `HA_STORE_LAB`, else `/var/lib/ha-store-lab`. */
export const swarmLab: Layout = {
  command: "swarm",
  alternative: "point DOCKER_HOST at a Docker engine that runs already",
  bridge: "ha-store0",
  linkPrefix: "ha-store-n",
  network: "10.77",
  innerRanges: [localPool, overlayPool],
  outgoingRanges: [],
  group: "ha-store-lab",
  folder: { variable: "HA_STORE_LAB", default: "/var/lib/ha-store-lab" },
};

export const swarmPlace = (number: number): NodePlace => nodePlace(swarmLab, number);

export const dockerSocket = (number: number): string =>
  path.join(swarmPlace(number).folder, "docker.sock");
