import type Dockerode from "dockerode";

/** A manager of a Swarm, as another one sees it. */
export interface Manager {
  name: string;
  address: string;
  state: "leader" | "reachable" | "unreachable";
  /** Of its node. */
  labels: Record<string, string>;
}

/** What a Docker Engine knows of the managers of its Swarm. */
export interface Managers {
  /** Address of the engine's own node. */
  host: string;
  /** Whether there is a majority of them, without which nothing can be changed. */
  quorum: boolean;
  /** All of them with a majority, else none: who is there is what nobody agrees on. */
  list: Manager[];
  /** Addresses of all of them, this one's first. */
  addresses: string[];
}

interface SwarmInfo {
  NodeID: string;
  NodeAddr: string;
  ControlAvailable: boolean;
  RemoteManagers?: { NodeID: string; Addr: string }[] | null;
}

interface SwarmNode {
  Description: { Hostname: string };
  Spec: { Role: "manager" | "worker"; Labels?: Record<string, string> };
  Status: { Addr: string };
  ManagerStatus?: { Leader?: boolean; Reachability: string; Addr: string };
}

/** @throws Error where the engine is no manager */
export async function readManagers(api: Dockerode): Promise<Managers> {
  const swarm: SwarmInfo = (await api.info()).Swarm;
  if (!swarm.ControlAvailable) {
    throw new Error(
      "the stack's Docker Engine is no manager of a Swarm: name one with dockerHost or DOCKER_HOST",
    );
  }
  const remote = swarm.RemoteManagers ?? [];
  const isThis = ({ NodeID }: { NodeID: string }) => NodeID === swarm.NodeID;
  const addresses = [...remote.filter(isThis), ...remote.filter((one) => !isThis(one))];
  const nodes: SwarmNode[] | undefined = await api.listNodes().catch(lostQuorum);
  return {
    host: swarm.NodeAddr,
    quorum: nodes !== undefined,
    list: (nodes ?? []).filter(({ Spec }) => Spec.Role === "manager").map(describe),
    addresses: addresses.map(({ Addr }) => Addr),
  };
}

function describe({ Description, Spec, Status, ManagerStatus }: SwarmNode): Manager {
  const reachable = ManagerStatus?.Reachability === "reachable";
  return {
    name: Description.Hostname,
    address: ManagerStatus?.Addr ?? Status.Addr,
    state: ManagerStatus?.Leader ? "leader" : reachable ? "reachable" : "unreachable",
    labels: Spec.Labels ?? {},
  };
}

/** What Docker says to everything that needs a majority, or after it has waited for one in vain. */
function lostQuorum(error: Error): undefined {
  if (/does not have a leader|deadline exceeded/i.test(error.message)) return undefined;
  throw error;
}
