import { logTail } from "../host/command.ts";
import { nodeLog } from "../host/power.ts";
import { waitFor } from "../host/wait-for.ts";
import { engine, engineInfo } from "./docker.ts";
import { overlayPool, swarmPlace } from "./layout.ts";

const swarmPort = 2377;
const second = 1_000_000_000;

/** What of a Swarm node's description the lab looks at. */
export interface Member {
  ID: string;
  Version: { Index: number };
  Spec: { Role: "manager" | "worker"; Availability: string; Labels?: Record<string, string> };
  Description: { Hostname: string };
  Status: { State: string; Message?: string };
  ManagerStatus?: { Leader?: boolean; Reachability: string };
}

/** The most managers that still make an odd number: an even one survives no more failures. */
const managersAmong = (nodes: number): number => (nodes % 2 === 1 ? nodes : nodes - 1);

/**
 * Makes one Swarm of all nodes: creates it or joins the missing ones, and sets roles and zone
 * labels. Changes nothing on a Swarm that is as it should be.
 */
export async function formSwarm(numbers: number[]): Promise<void> {
  const states = new Map<number, string>();
  for (const number of numbers) states.set(number, await settledState(number));
  const members = numbers.filter((number) => states.get(number) === "active");
  if (members.length === 0) await createSwarm(1);
  const manager = await findManager(members.length === 0 ? [1] : members);
  for (const number of numbers) {
    if (states.get(number) === "active" || (members.length === 0 && number === 1)) continue;
    await join(number, manager, numbers.length);
  }
  await tidy(manager, numbers);
}

/** All members as any manager tells them; undefined when no manager of these nodes answers. */
export async function listMembers(numbers: number[]): Promise<Member[] | undefined> {
  const lists = numbers.map((number) => engine(number).listNodes() as Promise<Member[]>);
  return Promise.any(lists).catch(() => undefined);
}

/** The state of a node's membership, once it knows: a Swarm's member rejoins after a boot. */
async function settledState(number: number): Promise<string> {
  const swarm = await waitFor(`node ${number} to find its Swarm again`, 60_000, async () => {
    const info = (await engineInfo(number)).Swarm;
    return info.LocalNodeState === "pending" ? undefined : info;
  });
  // After its Swarm began anew an engine goes on saying "error", though it is one of its managers.
  if (swarm.ControlAvailable) return "active";
  if (swarm.LocalNodeState === "locked" || swarm.LocalNodeState === "error") {
    throw new Error(
      `Node ${number} can't rejoin its Swarm (${swarm.LocalNodeState}: ${swarm.Error}). ` +
        "Run `swarm down`, then `swarm up`.",
    );
  }
  return swarm.LocalNodeState;
}

async function createSwarm(number: number): Promise<void> {
  await engine(number, 30_000).swarmInit({
    ...addresses(number),
    DefaultAddrPool: [overlayPool],
    SubnetSize: 24,
    Spec: {
      // A node counts as down after three missed heartbeats; Swarm's own 5 s takes 12 to 15 s. Less than
      // 3 s would take away all tasks of nodes that have lost their leader: they wait up to 8 s in
      // between looking for the next one.
      Dispatcher: { HeartbeatPeriod: 3 * second },
      Orchestration: { TaskHistoryRetentionLimit: 5 },
    },
  });
}

const addresses = (number: number) => ({
  ListenAddr: `${swarmPlace(number).address}:${swarmPort}`,
  AdvertiseAddr: swarmPlace(number).address,
  DataPathAddr: swarmPlace(number).address,
});

async function findManager(numbers: number[]): Promise<number> {
  return waitFor("a Swarm manager with a quorum", 60_000, () =>
    Promise.any(numbers.map(async (number) => (await engine(number).listNodes()) && number)),
  ).catch((error: Error) => {
    throw new Error(`${error.message}. Run \`swarm down\`, then \`swarm up\`.`);
  });
}

async function join(number: number, manager: number, nodes: number): Promise<void> {
  const { JoinTokens } = (await engine(manager).swarmInspect()) as {
    JoinTokens: { Manager: string; Worker: string };
  };
  await engine(number, 60_000).swarmJoin({
    ...addresses(number),
    RemoteAddrs: [`${swarmPlace(manager).address}:${swarmPort}`],
    JoinToken: number <= managersAmong(nodes) ? JoinTokens.Manager : JoinTokens.Worker,
  });
}

/** Waits until every node is ready, promotes, labels, and removes what nodes were before. */
async function tidy(manager: number, numbers: number[]): Promise<void> {
  for (const number of numbers) {
    const member = await readyMember(manager, number);
    const isManager = number <= managersAmong(numbers.length);
    const labels = { ...member.Spec.Labels, zone: swarmPlace(number).zone };
    const role = isManager ? "manager" : member.Spec.Role;
    if (role !== member.Spec.Role || member.Spec.Labels?.zone !== labels.zone) {
      await change(manager, member, { Role: role, Labels: labels });
    }
    for (const former of await membersAt(manager)) {
      if (former.Description.Hostname !== swarmPlace(number).name || former.ID === member.ID) {
        continue;
      }
      await removeFormer(manager, former);
    }
  }
}

async function change(
  manager: number,
  { ID, Version, Spec }: Member,
  changes: Partial<Member["Spec"]>,
): Promise<void> {
  await engine(manager, 30_000)
    .getNode(ID)
    .update({ version: Version.Index, ...Spec, ...changes });
}

/**
 * What left without being demoted is one of the managers still, and none of them can be removed. Swarm looks every
 * 16 s who is not to be one any more.
 */
async function removeFormer(manager: number, former: Member): Promise<void> {
  if (former.Spec.Role === "manager") await change(manager, former, { Role: "worker" });
  await waitFor(`what ${former.Description.Hostname} was before to be removed`, 60_000, () =>
    engine(manager)
      .getNode(former.ID)
      .remove({ force: true })
      .then(() => true),
  );
}

const membersAt = async (manager: number): Promise<Member[]> =>
  (await engine(manager).listNodes()) as Member[];

/**
 * A node as a member that takes tasks. A manager has to be reachable as well: until then it is none of the
 * majority that the loss of another one needs.
 *
 * @throws when it is not in time, with what the Swarm and the node's own engine say, and its log's end
 */
async function readyMember(manager: number, number: number): Promise<Member> {
  return waitFor(`node ${number} to be ready in the Swarm`, 180_000, async () => {
    const { NodeID, Error: fault } = (await engineInfo(number)).Swarm;
    const member = (await membersAt(manager)).find(({ ID }) => ID === NodeID);
    if (!member) throw new Error("it is not among the members");
    const { Status, ManagerStatus } = member;
    const reachability = ManagerStatus?.Reachability ?? "reachable";
    if (Status.State === "ready" && reachability === "reachable") return member;
    throw new Error([Status.State, reachability, Status.Message, fault].filter(Boolean).join(", "));
  }).catch(async (error: Error) => {
    throw new Error(`${error.message}${await logTail(nodeLog(swarmPlace(number)))}`);
  });
}
