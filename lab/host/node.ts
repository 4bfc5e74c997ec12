import { existsSync } from "node:fs";
import { execa, type Options, type Result } from "execa";
import { isFrozen, setFrozen } from "./cgroup.ts";
import { inGroup } from "./daemon.ts";
import { type Layout, maxNodes, type NodePlace, nodePlace } from "./layout.ts";
import { isLinkUp, setLinkUp } from "./network.ts";
import { initProcess, powerOff } from "./power.ts";

/** `paused`: every process is frozen. `cut`: it runs, but its network link is down. */
export type NodeState = "running" | "stopped" | "paused" | "cut" | "not answering";

/** One host of a lab. */
export interface LabNode {
  number: number;
  name: string;
  address: string;
  /** Failure domain; the cluster's nodes are labelled with it. */
  zone: string;
  state(): Promise<NodeState>;
  /** Power off, without a goodbye. Containers' disks keep what was written. */
  stop(): Promise<void>;
  /** Boots; resolves when the node takes work. Nothing to do for a node that is on. */
  start(): Promise<void>;
  /** Freezes every process of the node; its network link stays up, but nobody answers. */
  pause(): Promise<void>;
  /** Takes the network link down; everything on the node goes on. */
  cut(): Promise<void>;
  /** Ends {@link pause} and {@link cut}. */
  heal(): Promise<void>;
  /** Runs a command inside the node. */
  exec(command: string[], options?: Options): Promise<Result>;
}

/** What makes a host a node of its kind of cluster. */
export interface NodeSoftware {
  /** Boots the node; resolves when it takes work. */
  boot(): Promise<void>;
  /** Whether it answers, within the given milliseconds. */
  answers(timeoutMs: number): Promise<boolean>;
  /** Added to the environment of commands that are run inside. */
  environment?: Record<string, string>;
}

/** How long a node that is fine may take to answer. */
const answerTimeoutMs = 3_000;

/**
 * The place of node `number` of a lab.
 * @throws when the lab has no such node
 */
export function existingPlace(lab: Layout, number: number): NodePlace {
  if (!Number.isInteger(number) || number < 1 || number > maxNodes) {
    throw new Error(`node ${number}: must be a whole number from 1 to ${maxNodes}.`);
  }
  const place = nodePlace(lab, number);
  if (!existsSync(place.folder)) {
    throw new Error(
      `The lab has no node ${number}. \`${lab.command} status\` lists its nodes, ` +
        `\`${lab.command} up --nodes ${number}\` makes it grow.`,
    );
  }
  return place;
}

/** A handle of a node. */
export function labNode(place: NodePlace, software: NodeSoftware): LabNode {
  const { number, name, address, zone } = place;
  return {
    number,
    name,
    address,
    zone,
    state: () => state(place, software),
    stop: () => powerOff(place),
    start: async () => {
      if (!(await initProcess(place))) await software.boot();
    },
    pause: async () => {
      await requireOn(place);
      await setFrozen(place.group, true);
    },
    cut: async () => {
      await requireOn(place);
      await setLinkUp(place, false);
    },
    heal: async () => {
      await requireOn(place);
      await setFrozen(place.group, false);
      await setLinkUp(place, true);
    },
    exec: (command, options = {}) =>
      exec(place, command, { ...options, env: { ...software.environment, ...options.env } }),
  };
}

async function state(place: NodePlace, software: NodeSoftware): Promise<NodeState> {
  if (!(await initProcess(place))) return "stopped";
  if (await isFrozen(place.group)) return "paused";
  if (!(await isLinkUp(place))) return "cut";
  return (await software.answers(answerTimeoutMs)) ? "running" : "not answering";
}

async function requireOn(place: NodePlace): Promise<number> {
  const { lab, number } = place;
  const init = await initProcess(place);
  if (!init) {
    throw new Error(
      `Node ${number} is off. Start it with \`${lab.command} node start ${number}\`.`,
    );
  }
  return init;
}

async function exec(place: NodePlace, command: string[], options: Options): Promise<Result> {
  const init = await requireOn(place);
  if (await isFrozen(place.group)) {
    throw new Error(
      `Node ${place.number} is paused. ` +
        `\`${place.lab.command} node heal ${place.number}\` continues it.`,
    );
  }
  // Entering the mount namespace moves to its root: go back to where the caller is.
  const inPlace = ["sh", "-c", 'cd "$0" 2>/dev/null; exec "$@"', process.cwd(), ...command];
  const enter = ["nsenter", `--target=${init}`, "--net", "--mount", "--uts", "--ipc", "--pid"];
  return execa("sh", await inGroup(`${place.group}/exec`, [...enter, ...inPlace]), {
    reject: false,
    ...options,
  });
}
