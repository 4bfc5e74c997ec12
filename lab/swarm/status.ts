import { isAvailable, processesIn } from "../host/cgroup.ts";
import { stateFolder } from "../host/layout.ts";
import type { NodeState } from "../host/node.ts";
import { existingNodes, refuseForeignLab } from "../host/presence.ts";
import { swarmLab, swarmPlace } from "./layout.ts";
import { listMembers } from "./membership.ts";
import { node, type SwarmNode } from "./node.ts";

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

/** Tells what the lab is like; undefined when there is none. Works without root. */
export async function swarmStatus(): Promise<LabStatus | undefined> {
  await refuseForeignLab(swarmLab);
  const numbers = existingNodes(swarmLab);
  if (numbers.length === 0) return undefined;
  const alive = isAvailable() && (await processesIn(swarmLab.group)).length > 0;
  const nodes = numbers.map((number) => node(number));
  const states = await Promise.all(nodes.map((each) => each.state()));
  const answering = nodes.filter((_, index) => states[index] === "running");
  const members = alive ? await listMembers(answering.map(({ number }) => number)) : undefined;
  return {
    stateFolder: stateFolder(swarmLab),
    nodes: nodes.map((each, index) => ({
      ...facts(each),
      state: states[index] ?? "stopped",
      swarm: memberOf(each.number, members),
    })),
  };
}

const facts = ({ number, name, address, zone, dockerHost }: SwarmNode) => ({
  number,
  name,
  address,
  zone,
  dockerHost,
});

function memberOf(
  number: number,
  members: Awaited<ReturnType<typeof listMembers>>,
): NodeStatus["swarm"] {
  const member = members?.find(
    ({ Description }) => Description.Hostname === swarmPlace(number).name,
  );
  if (!member) return undefined;
  return {
    role: member.ManagerStatus?.Leader ? "leader" : member.Spec.Role,
    availability: member.Spec.Availability,
    state: member.Status.State,
  };
}
