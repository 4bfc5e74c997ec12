import { sleep } from "../../support/sleep.ts";
import { clustersLedFrom, otherNodes } from "./database-faults.ts";
import type { Fault } from "./fault.ts";
import type { Member } from "./site.ts";
import type { StoreCluster } from "./store-cluster.ts";
import { waitUntilWhole } from "./wholeness.ts";

const loneMemberSeconds = 15;

/** The databases elect by it, but don't need it to go on. */
export const etcdMajorityLost: Fault = {
  name: "etcd: one member lost, then the majority for 60 s",
  bound: 5,
  unnoticed: true,
  prepare: async (store) => {
    const members = await leaderFirst(await store.etcdMembers());
    const [first, second] = members;
    if (!first || !second) throw new Error("etcd has fewer than two members");
    const before = await primaries(store);
    return {
      clusters: store.clusters,
      strike: async () => {
        await store.site.lose(first);
        await sleep(loneMemberSeconds);
        await store.site.lose(second);
      },
      lasts: 60,
      mend: async () => {
        await store.site.giveBack(first.service);
        await store.site.giveBack(second.service);
      },
      afterwards: async () => {
        const after = await primaries(store);
        return String(after) === String(before)
          ? []
          : [`the primaries were ${before}, and are ${after}: nobody had to give way`];
      },
    };
  },
};

export const cachePrimaryKilled: Fault = {
  name: "Valkey primary killed",
  bound: 5,
  unnoticed: true,
  prepare: async (store) => {
    const { container } = await store.cachePrimary();
    const strike = () => container.kill();
    return { clusters: store.clusters, strike, lasts: 10, mend: async () => {} };
  },
};

/**
 * Database primaries are moved elsewhere before. What else the node has goes with it: requests that
 * replicas there were working on are asked of others.
 */
export const cachePrimaryNodeLost: Fault = {
  name: "Valkey primary's node lost",
  bound: 20,
  unnoticed: true,
  prepare: async (store) => {
    const { node } = await store.cachePrimary();
    await moveDatabasePrimaries(store, node);
    return {
      clusters: store.clusters,
      customersAt: otherNodes(store, node),
      strike: () => store.site.onNode("stop", node),
      lasts: 20,
      mend: () => store.site.onNode("start", node),
    };
  },
};

/** The services of all primaries. */
async function primaries(store: StoreCluster): Promise<string[]> {
  return Promise.all(store.clusters.map(async (name) => (await store.primary(name)).service));
}

export async function moveDatabasePrimaries(store: StoreCluster, node: number): Promise<void> {
  for (const cluster of await clustersLedFrom(store, node)) {
    const { container } = await store.primary(cluster);
    const arguments_ = ["switchover", cluster, "--force"];
    await container.exec(["postgres-entrypoint", "patronictl", ...arguments_]);
    await waitUntilWhole(store);
  }
}

async function leaderFirst(members: Member[]): Promise<Member[]> {
  const asked = await Promise.all(
    members.map(async (member) => {
      const script =
        'exec 3<>/dev/tcp/127.0.0.1/2381; printf "GET /metrics HTTP/1.0\\r\\n\\r\\n" >&3; grep "^etcd_server_is_leader" <&3';
      const answer = await member.container.exec(["bash", "-c", script]);
      return { member, leads: answer.trim().endsWith(" 1") };
    }),
  );
  return asked.toSorted((a, b) => Number(b.leads) - Number(a.leads)).map(({ member }) => member);
}
