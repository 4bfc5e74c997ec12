import type { Platform, StackService } from "../../../cli/platform/platform.ts";

/** A container of a service. */
export interface Container {
  /** Another one has another. */
  id: string;
  /**
   * Runs a command in it.
   * @throws Error with what it complained about, unless it ended with 0
   */
  exec(command: string[]): Promise<string>;
  /** Kills its processes; whatever started it finds out by itself. */
  kill(): Promise<void>;
  pause(): Promise<void>;
  unpause(): Promise<void>;
}

/** A container, and the node that it runs on. */
export interface Member {
  /** Name of its service in the cluster. */
  service: string;
  node: number;
  container: Container;
}

export interface SiteNode {
  number: number;
  address: string;
}

/** @throws Error when there is no node of that number */
export function numbered<Node extends SiteNode>(nodes: readonly Node[], number: number): Node {
  const node = nodes.find((one) => one.number === number);
  if (node) return node;
  throw new Error(`the lab has no node ${number}`);
}

export type NodeFault = "stop" | "start" | "cut" | "heal";

/** The lab that a stack is up on, and what can be done to it there besides what operators do. */
export interface Site {
  readonly stack: string;
  /** Word of the lab's commands. */
  readonly kind: "swarm" | "kubernetes";
  readonly platform: Platform;
  readonly nodes: readonly SiteNode[];
  /** Containers of services, on all nodes that answer; paused ones too. */
  containersOf(services: readonly StackService[]): Promise<Member[]>;
  /** Nodes and replicas that are missing, in words; empty where none is. */
  missing(services: readonly StackService[]): Promise<string>;
  /** Kills the only replica of a service, which gets no other one. It says no goodbye. */
  lose(member: Member): Promise<void>;
  /** Has a service have its replica again. */
  giveBack(service: Member["service"]): Promise<void>;
  onNode(fault: NodeFault, node: number): Promise<void>;
  /** Has a node take no more replicas, and those it has go. */
  drain(node: number): Promise<void>;
  /** Ends that. */
  activate(node: number): Promise<void>;
  /** The node whose manager leads the others; none where no node of the store is a manager. */
  leader(): Promise<number | undefined>;
  /** How many replicas of a service run on other nodes, as the cluster knows. */
  replicasElsewhere(service: StackService, node: number): Promise<number>;
  /** Adds a node of that number to the lab. */
  addNode(number: number): Promise<SiteNode>;
}

/** Nobody waits longer for an answer of a container: it may be frozen. */
export const answerMilliseconds = 15_000;
