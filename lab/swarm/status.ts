import { existsSync, readdirSync } from "node:fs";
import { isAvailable, processesIn } from "../host/cgroup.ts";
import { cgroupRoot, dockerSocket, nodeName, nodesFolder, stateFolder } from "../host/layout.ts";
import { bridgeOwner } from "../host/network.ts";
import { listMembers } from "./membership.ts";
import { type LabNode, type NodeState, node } from "./node.ts";

/** One node as it is now. */
export interface NodeStatus {
  number: number;
  name: string;
  address: string;
  zone: string;
  dockerHost: string;
  state: NodeState;
  /** As the Swarm sees it; undefined when no manager can tell. */
  swarm?: {
    role: "manager" | "worker" | "leader";
    /** Takes new tasks (`active`), keeps its own (`pause`), or gives them away (`drain`). */
    availability: string;
    /** `ready`, `down` or `unknown`. */
    state: string;
  };
}

/** The lab as it is now. */
export interface LabStatus {
  stateFolder: string;
  nodes: NodeStatus[];
}

/** Numbers of the nodes whose disks exist. */
export function existingNodes(): number[] {
  if (!existsSync(nodesFolder())) return [];
  return readdirSync(nodesFolder())
    .map(Number)
    .filter((number) => number > 0)
    .sort();
}

/** Fails when the lab that runs on this machine keeps its state elsewhere. */
export async function refuseForeignLab(): Promise<void> {
  const owner = await bridgeOwner();
  if (owner && owner !== stateFolder()) {
    throw new Error(
      `This machine's lab keeps its state in ${owner}, not ${stateFolder()}. ` +
        `Set HA_STORE_LAB=${owner} to work on that one.`,
    );
  }
}

/** Tells what the lab is like; undefined when there is none. Works without root. */
export async function swarmStatus(): Promise<LabStatus | undefined> {
  await refuseForeignLab();
  const numbers = existingNodes();
  if (numbers.length === 0) return undefined;
  const alive = isAvailable() && (await processesIn(cgroupRoot)).length > 0;
  const nodes = numbers.map((number) => node(number));
  const states = await Promise.all(nodes.map((each) => each.state()));
  const answering = nodes.filter((_, index) => states[index] === "running");
  const members = alive ? await listMembers(answering.map(({ number }) => number)) : undefined;
  return {
    stateFolder: stateFolder(),
    nodes: nodes.map((each, index) => ({
      ...facts(each),
      state: states[index] ?? "stopped",
      swarm: memberOf(each.number, members),
    })),
  };
}

const facts = ({ number, name, address, zone }: LabNode) => ({
  number,
  name,
  address,
  zone,
  dockerHost: `unix://${dockerSocket(number)}`,
});

function memberOf(
  number: number,
  members: Awaited<ReturnType<typeof listMembers>>,
): NodeStatus["swarm"] {
  const member = members?.find(({ Description }) => Description.Hostname === nodeName(number));
  if (!member) return undefined;
  return {
    role: member.ManagerStatus?.Leader ? "leader" : member.Spec.Role,
    availability: member.Spec.Availability,
    state: member.Status.State,
  };
}
