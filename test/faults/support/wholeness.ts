import { backupHost, type ClusterBackups } from "../../../cli/backup-repository.ts";
import { until } from "../../support/until.ts";
import type { Member } from "./site.ts";
import { isLeader, type StoreCluster } from "./store-cluster.ts";

/** Waits until every part of the store is there, knows its place, and answers. */
export function waitUntilWhole(store: StoreCluster, seconds = 180): Promise<void> {
  return waitWhileMissing(store, seconds, whatIsMissing);
}

/** Waits until every part of the store answers, wherever the orchestrator thinks that it runs. */
export function waitUntilServing(store: StoreCluster, seconds = 180): Promise<void> {
  return waitWhileMissing(store, seconds, whatDoesNotServe);
}

async function waitWhileMissing(
  store: StoreCluster,
  seconds: number,
  look: (store: StoreCluster) => Promise<string>,
): Promise<void> {
  let missing = "";
  try {
    await until(
      "",
      async () => {
        missing = await look(store).catch((error: unknown) => String(error));
        return missing === "";
      },
      seconds,
    );
  } catch {
    throw new Error(`the store is not whole again after ${seconds} s: ${missing}`);
  }
}

/** Of several things the first that is missing; empty where nothing is. */
async function whatIsMissing(store: StoreCluster): Promise<string> {
  return (await store.site.missing(store.services)) || whatDoesNotServe(store);
}

async function whatDoesNotServe(store: StoreCluster): Promise<string> {
  return (
    (await missingDatabaseMembers(store)) ||
    (await missingEtcdMembers(store)) ||
    (await missingCacheVotes(store)) ||
    (await missingEdges(store)) ||
    (await missingBackups(store))
  );
}

async function missingDatabaseMembers(store: StoreCluster): Promise<string> {
  for (const cluster of store.clusters) {
    const members = await store.databaseMembers(cluster);
    const names = store.memberNames(cluster);
    const seen = await store.patroni(members);
    const standbys = names.length - 1;
    const leaders = seen.filter(isLeader);
    const streaming = seen.filter(({ state }) => state === "streaming");
    const synchronous = seen.filter(({ role }) => /sync|quorum/.test(role));
    if (leaders.length !== 1) return `${cluster} has ${leaders.length} primaries`;
    if (streaming.length !== standbys) return `${streaming.length} standbys of ${cluster} stream`;
    if (standbys > 0 && synchronous.length === 0) return `${cluster} has no synchronous standby`;
    const lost = await membersNotFound(members, names);
    if (lost !== "") return `${lost} can't be found by name`;
  }
  return "";
}

/** A standby that streams may have no name all the same: it is who calls. */
async function membersNotFound([asking]: Member[], names: string[]): Promise<string> {
  const script = `for member in ${names.join(" ")}; do
    curl -sf -m 2 -o /dev/null "http://$member:8008/liveness" || echo "$member"
  done`;
  return asking ? (await asking.container.exec(["bash", "-c", script])).trim() : names.join(" ");
}

async function missingEtcdMembers(store: StoreCluster): Promise<string> {
  for (const { service, container } of await store.etcdMembers()) {
    const command = ["etcd-entrypoint", "etcdctl", "endpoint", "health"];
    const healthy = await container.exec(command).then(
      () => true,
      () => false,
    );
    if (!healthy) return `${service} does not reach all of etcd`;
  }
  return "";
}

/** All Sentinels name one primary, and it has all other members as replicas. */
async function missingCacheVotes(store: StoreCluster): Promise<string> {
  const members = await store.cacheMembers();
  const [member] = members;
  if (!member) return "the cache has no member";
  const script = `source /usr/local/lib/cache-cluster.bash; CACHE_SELF=nobody:0
    each vote $CACHE_SENTINELS | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }'
    each describe $CACHE_MEMBERS | awk '$1 == "master" { print $2 }'`;
  const answer = await member.container.exec(["bash", "-c", script]);
  const found = answer.trim().split("\n").join();
  const expected = `${store.sentinelCount},${members.length - 1}`;
  return found === expected ? "" : `the cache's votes and replicas are ${found}, not ${expected}`;
}

async function missingEdges(store: StoreCluster): Promise<string> {
  for (const edge of store.edges()) {
    for (let request = 0; request < 3; request++) {
      const status = await statusOf(`${edge}/products`);
      if (status !== "200") return `${edge} answers ${status}`;
    }
  }
  return "";
}

/** The first backup of a new store takes what two cores have; a fault in the middle of it is another one. */
async function missingBackups(store: StoreCluster): Promise<string> {
  const [host] = await store.membersWhere((service) => backupHost([service]) !== undefined);
  if (!host) return "";
  const answer = await host.container.exec(["postgres-entrypoint", "backup-status"]);
  const repository: ClusterBackups[] = JSON.parse(answer);
  return repository
    .filter(({ backups }) => backups.length === 0)
    .map(({ cluster }) => `${cluster} has no backup yet`)
    .join(", ");
}

async function statusOf(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    await response.arrayBuffer();
    return String(response.status);
  } catch (error) {
    return String(error);
  }
}
