import { existsSync } from "node:fs";
import { execa, type Options, type Result } from "execa";
import { isFrozen, setFrozen } from "../host/cgroup.ts";
import { inGroup } from "../host/daemon.ts";
import {
  dockerSocket,
  maxNodes,
  nodeAddress,
  nodeCgroup,
  nodeFolder,
  nodeName,
  nodeZone,
} from "../host/layout.ts";
import { isLinkUp, setLinkUp } from "../host/network.ts";
import { initProcess, powerOff } from "../host/power.ts";
import { boot, engine } from "./docker.ts";

/** `paused`: every process is frozen. `cut`: it runs, but its network link is down. */
export type NodeState = "running" | "stopped" | "paused" | "cut" | "not answering";

/** One host of the lab. */
export interface LabNode {
  number: number;
  name: string;
  address: string;
  /** Failure domain; the Swarm's node label `zone` has the same value. */
  zone: string;
  /** For DOCKER_HOST; reachable from this host, even while the node's network link is cut. */
  dockerHost: string;
  state(): Promise<NodeState>;
  /** Power off, without a goodbye. Containers' disks keep what was written. */
  stop(): Promise<void>;
  /** Boots; resolves when the node's Docker engine answers. Nothing to do for a node that is on. */
  start(): Promise<void>;
  /** Freezes every process of the node; its network link stays up, but nobody answers. */
  pause(): Promise<void>;
  /** Takes the network link down; everything on the node goes on. */
  cut(): Promise<void>;
  /** Ends {@link pause} and {@link cut}. */
  heal(): Promise<void>;
  /** Runs a command inside the node, its DOCKER_HOST being the node's own engine. */
  exec(command: string[], options?: Options): Promise<Result>;
}

/**
 * A handle of node `number` (1 to 5) of the running lab.
 * @throws when the lab has no such node
 */
export function node(number: number): LabNode {
  if (!Number.isInteger(number) || number < 1 || number > maxNodes) {
    throw new Error(`node ${number}: must be a whole number from 1 to ${maxNodes}.`);
  }
  if (!existsSync(nodeFolder(number))) {
    throw new Error(
      `The lab has no node ${number}. \`swarm status\` lists its nodes, ` +
        `\`swarm up --nodes ${number}\` makes it grow.`,
    );
  }
  return {
    number,
    name: nodeName(number),
    address: nodeAddress(number),
    zone: nodeZone(number),
    dockerHost: `unix://${dockerSocket(number)}`,
    state: () => state(number),
    stop: () => powerOff(number),
    start: () => start(number),
    pause: async () => {
      await requireOn(number);
      await setFrozen(number, true);
    },
    cut: async () => {
      await requireOn(number);
      await setLinkUp(number, false);
    },
    heal: async () => {
      await requireOn(number);
      await setFrozen(number, false);
      await setLinkUp(number, true);
    },
    exec: (command, options) => exec(number, command, options),
  };
}

async function state(number: number): Promise<NodeState> {
  if (!(await initProcess(number))) return "stopped";
  if (await isFrozen(number)) return "paused";
  if (!(await isLinkUp(number))) return "cut";
  const answers = await engine(number)
    .ping()
    .then(Boolean, () => false);
  return answers ? "running" : "not answering";
}

async function start(number: number): Promise<void> {
  if (await initProcess(number)) return;
  await boot(number);
}

async function requireOn(number: number): Promise<number> {
  const init = await initProcess(number);
  if (!init)
    throw new Error(`Node ${number} is off. Start it with \`swarm node start ${number}\`.`);
  return init;
}

async function exec(number: number, command: string[], options: Options = {}): Promise<Result> {
  const init = await requireOn(number);
  if (await isFrozen(number)) {
    throw new Error(`Node ${number} is paused. \`swarm node heal ${number}\` continues it.`);
  }
  // Entering the mount namespace moves to its root: go back to where the caller is.
  const inPlace = ["sh", "-c", 'cd "$0" 2>/dev/null; exec "$@"', process.cwd(), ...command];
  const enter = ["nsenter", `--target=${init}`, "--net", "--mount", "--uts", "--ipc", "--pid"];
  const group = `${nodeCgroup(number)}/exec`;
  return execa("sh", await inGroup(group, [...enter, ...inPlace]), {
    reject: false,
    ...options,
    env: { DOCKER_HOST: `unix://${dockerSocket(number)}`, ...options.env },
  });
}
