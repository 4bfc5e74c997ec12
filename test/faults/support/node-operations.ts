import { storeServices } from "../../../components/store/store-services.ts";
import { eventually } from "../../support/command.ts";
import { lab } from "../../support/lab.ts";
import { otherNodes } from "./database-faults.ts";
import type { Operation, Scene } from "./operation.ts";
import { moveDatabasePrimaries } from "./other-faults.ts";
import type { StoreCluster } from "./store-cluster.ts";
import { anyEngine, SwarmSite } from "./swarm-site.ts";
import { waitUntilWhole } from "./wholeness.ts";

const replicas = 3;
/** The registry's, because it is in the first zone. */
const registryNode = 1;
const drained = 2;
const fresh = 4;
/** Twice what the store aims at. */
const fullAgainSeconds = 30;

/** Its replicas move to the others, its database members wait for it. */
export const nodeDrained: Operation = {
  name: "a node drained and activated again",
  customersAt: async (store) => otherNodes(store, drained),
  perform: async ({ store }) => {
    await setAvailability(store, drained, "drain");
    await allReplicasServeWithout(store, drained);
    await setAvailability(store, drained, "active");
    await waitUntilWhole(store);
    return [];
  },
};

/** What its replicas were working on goes with it. */
export const registryNodeLost: Operation = {
  name: "the registry's node lost; its replicas start on the others",
  customersAt: async (store) => {
    await moveDatabasePrimaries(store, registryNode);
    return otherNodes(store, registryNode);
  },
  mayFail: 20,
  perform: async ({ store, notes }) => {
    await lab("node", "stop", String(registryNode));
    const lost = performance.now();
    await allReplicasServeWithout(store, registryNode);
    const seconds = (performance.now() - lost) / 1_000;
    notes.push(`all replicas run after ${seconds.toFixed(1)} s`);
    await lab("node", "start", String(registryNode));
    return seconds < fullAgainSeconds ? [] : [`all replicas run only after ${seconds} s`];
  },
};

/** It gets an edge of its own without an `up`. */
export const nodeAdded: Operation = {
  name: "a fresh node added",
  perform: async (scene) => {
    await lab("up", "--nodes", String(fresh));
    await edgeAnswers(scene, fresh);
    return [];
  },
};

async function setAvailability(
  store: StoreCluster,
  number: number,
  availability: "active" | "drain",
): Promise<void> {
  const { engine, node } = await seenByAnother(store, number);
  await engine.getNode(node.ID).update({
    version: node.Version.Index,
    ...node.Spec,
    Availability: availability,
  });
}

interface SwarmNode {
  ID: string;
  Version: { Index: number };
  Spec: object;
  Status: { Addr: string };
}

interface Task {
  NodeID: string;
  Status: { State: string };
}

/** A node, and the engine of another one, which knows of it. */
async function seenByAnother(store: StoreCluster, number: number) {
  if (!(store.site instanceof SwarmSite)) throw new Error("this is done to a Swarm");
  const { nodes: known } = store.site;
  const engine = await anyEngine(known.filter((one) => one.number !== number));
  const address = known.find((one) => one.number === number)?.address;
  const nodes: SwarmNode[] = await engine.listNodes();
  const node = nodes.find(({ Status }) => Status.Addr === address);
  if (!node) throw new Error(`the Swarm has no node at ${address}`);
  return { engine, node };
}

/** Where a zone has no node, the others take its replicas. */
async function allReplicasServeWithout(store: StoreCluster, number: number): Promise<void> {
  await eventually("all replicas run on the nodes that are left", 120, async () => {
    // Where the leading manager is lost, the others answer once they have another.
    const counts = await servingWithout(store, number).catch(() => [0]);
    return counts.every((count) => count >= replicas);
  });
}

/** How many replicas of each service run on other nodes. */
async function servingWithout(store: StoreCluster, number: number): Promise<number[]> {
  const { engine, node: missing } = await seenByAnother(store, number);
  return Promise.all(
    storeServices.map(async (service) => {
      const filters = { service: [`ha-store-ha-${service}`], "desired-state": ["running"] };
      const tasks: Task[] = await engine.listTasks({ filters });
      // Those of a node that is lost are said to run, until Swarm knows.
      const serving = tasks.filter(({ NodeID }) => NodeID !== missing.ID);
      return serving.filter(({ Status }) => Status.State === "running").length;
    }),
  );
}

function edgeAnswers({ store }: Scene, number: number): Promise<void> {
  const [address = ""] = store.edges([1]);
  const edge = address.replace(/\d+(?=:\d+$)/, String(10 + number));
  return eventually(`${edge} answers`, 120, async () => {
    const response = await fetch(edge, { signal: AbortSignal.timeout(3_000) }).catch(() => null);
    await response?.arrayBuffer();
    return response?.status === 200;
  });
}
