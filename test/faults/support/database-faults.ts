import { Workspace } from "../../support/workspace.ts";
import type { Fault } from "./fault.ts";
import type { StoreCluster } from "./store-cluster.ts";

const nothing = async () => {};

/** The primary's processes are killed; its disk stays. */
export const primaryKilled = (cluster: string): Fault => ({
  name: `primary's container killed (${cluster})`,
  bound: 10,
  prepare: async (store) => {
    const { container } = await store.primary(cluster);
    const strike = () => container.kill();
    return { clusters: [cluster], strike, lasts: 5, mend: nothing };
  },
});

/** The primary does not run, does not answer, and does not know of it. */
export const primaryFrozen = (cluster: string): Fault => ({
  name: `primary frozen for 60 s, then thawed (${cluster})`,
  bound: 20,
  prepare: async (store) => {
    const { container, service } = await store.primary(cluster);
    return {
      clusters: [cluster],
      strike: () => container.pause(),
      lasts: 60,
      // Swarm may have replaced it meanwhile.
      mend: () => container.unpause().catch(() => undefined),
      afterwards: async () =>
        (await store.primary(cluster)).service === service
          ? [`${service} is the primary again, though another had taken over`]
          : [],
    };
  },
});

/** Power off: nothing says goodbye. */
export const primaryNodeLost = (cluster: string): Fault => ({
  name: `primary's node lost (${cluster})`,
  bound: 20,
  prepare: async (store) => {
    const { node } = await store.primary(cluster);
    return {
      clusters: await clustersLedFrom(store, node),
      customersAt: otherNodes(store, node),
      strike: () => store.site.onNode("stop", node),
      lasts: 30,
      mend: () => store.site.onNode("start", node),
    };
  },
});

/** Everything on the node goes on, for whoever is on the same side. */
export const primaryNodeCut = (cluster: string): Fault => ({
  name: `primary's node cut off the network for 60 s (${cluster})`,
  bound: 20,
  prepare: async (store) => {
    const { node } = await store.primary(cluster);
    return {
      clusters: await clustersLedFrom(store, node),
      customersAt: otherNodes(store, node),
      isolated: node,
      strike: () => store.site.onNode("cut", node),
      lasts: 60,
      mend: () => store.site.onNode("heal", node),
      // Connections across wait longer and longer before they try again: the last ones find each other
      // only as long after the healing as they were cut.
      aftermath: 55,
    };
  },
});

/** By the command that operators use. */
export const switchover = (cluster: string): Fault => ({
  name: `switchover on command (${cluster})`,
  bound: 3,
  prepare: async (store) => {
    const workspace = new Workspace();
    return {
      clusters: [cluster],
      strike: async () => {
        await workspace.run("switchover", "--stack", store.site.stack, "--cluster", cluster);
      },
      lasts: 5,
      mend: async () => workspace.remove(),
    };
  },
});

export function otherNodes(store: StoreCluster, node: number): number[] {
  return store.site.nodes.map(({ number }) => number).filter((number) => number !== node);
}

/** Clusters whose primary is on the node. */
export async function clustersLedFrom(store: StoreCluster, node: number): Promise<string[]> {
  const leaders = await Promise.all(
    store.clusters.map(async (cluster) => ({ cluster, ...(await store.primary(cluster)) })),
  );
  return leaders.filter((leader) => leader.node === node).map(({ cluster }) => cluster);
}
