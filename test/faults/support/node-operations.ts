import { storeServices } from "../../../components/store/store-services.ts";
import { until } from "../../support/until.ts";
import { otherNodes } from "./database-faults.ts";
import { type Operation, type Scene, up } from "./operation.ts";
import { moveDatabasePrimaries } from "./other-faults.ts";
import type { StoreCluster } from "./store-cluster.ts";
import { waitUntilWhole } from "./wholeness.ts";

const replicas = 3;
/** Of a Swarm: in the first zone. */
const withRegistry = 1;
const drained = 2;
const fresh = 4;

/** Its replicas move to the others, its database members wait for it. The next `up` spreads the replicas again. */
export const nodeDrained: Operation = {
  name: "a node drained and activated again",
  customersAt: async (store) => otherNodes(store, drained),
  perform: async (scene) => {
    const { store } = scene;
    await store.site.drain(drained);
    await allReplicasServeWithout(store, drained);
    await store.site.activate(drained);
    await waitUntilWhole(store);
    return up(scene);
  },
};

/** One that does not lead the Swarm; its replicas are known to be lost when it misses its heartbeats. */
export const nodeLost: Operation = {
  ...losing(async (store) => ((await store.site.leader()) === drained ? 3 : drained)),
  name: "a node lost; its replicas start on the others",
};

/**
 * The other managers elect for 10 to 20 s, and the new leader, which has not heard from any node yet, waits
 * for their heartbeats first.
 */
export const leaderLost: Operation = {
  ...losing(async ({ site }) => (await site.leader()) ?? withRegistry),
  name: "the leading manager's node lost; its replicas start on the others",
};

/** There is nothing to pull images from. */
export const registryLost: Operation = {
  ...losing(async () => withRegistry),
  name: "the registry's node lost; its replicas start on the others",
};

/** What its replicas were working on goes with it. The next `up` spreads them again. */
function losing(choose: (store: StoreCluster) => Promise<number>): Omit<Operation, "name"> {
  let lost = 0;
  return {
    customersAt: async (store) => {
      lost = await choose(store);
      await moveDatabasePrimaries(store, lost);
      return otherNodes(store, lost);
    },
    mayFail: 20,
    perform: async (scene) => {
      const { store, notes } = scene;
      if (!(await hasReplicas(store, lost))) return [`no replica is on node ${lost}`];
      const led = (await store.site.leader()) === lost;
      if (led) notes.push("it led the Swarm");
      await store.site.onNode("stop", lost);
      const from = performance.now();
      await allReplicasServeWithout(store, lost);
      const seconds = (performance.now() - from) / 1_000;
      notes.push(`all replicas run after ${seconds.toFixed(1)} s`);
      await store.site.onNode("start", lost);
      await waitUntilWhole(store);
      return [
        ...(seconds < fullAgainSeconds(led) ? [] : [`all replicas run only after ${seconds} s`]),
        ...(await up(scene)),
      ];
    },
  };
}

/** The store aims at 15 s, which a Swarm without a leader can't keep. */
const fullAgainSeconds = (led: boolean) => (led ? 60 : 30);

/** It gets an edge of its own without an `up`. */
export const nodeAdded: Operation = {
  name: "a fresh node added",
  perform: async (scene) => {
    await edgeAnswers(scene, await scene.store.site.addNode(fresh));
    return [];
  },
};

async function hasReplicas(store: StoreCluster, node: number): Promise<boolean> {
  const members = await store.membersWhere(isOfStore);
  return members.some((member) => member.node === node);
}

const isOfStore = ({ name }: { name: string }) => storeServices.some((one) => one === name);

/** Where a zone has no node, the others take its replicas. */
async function allReplicasServeWithout(store: StoreCluster, node: number): Promise<void> {
  const services = store.services.filter(isOfStore);
  await until(
    "all replicas run on the nodes that are left",
    async () => {
      // Where the leading manager is lost, the others answer once they have another.
      const counts = await Promise.all(
        services.map((service) => store.site.replicasElsewhere(service, node)),
      ).catch(() => [0]);
      return counts.every((count) => count >= replicas);
    },
    120,
  );
}

function edgeAnswers({ store }: Scene, { address }: { address: string }): Promise<void> {
  const edge = store.edgeAt(address);
  return until(
    `${edge} answers`,
    async () => {
      const response = await fetch(edge, { signal: AbortSignal.timeout(3_000) }).catch(() => null);
      await response?.arrayBuffer();
      return response?.status === 200;
    },
    120,
  );
}
