import type Dockerode from "dockerode";
import { repeat } from "../repeat.ts";
import { type Manager, type Managers, readManagers } from "./managers.ts";

/**
 * Makes an engine the only manager. Services, secrets, networks and the other nodes stay as they are known.
 *
 * @param address by which other nodes reach the engine, with its port
 * @throws Error when it leads no Swarm after a minute
 */
export async function recoverQuorum(api: Dockerode, address: string): Promise<Managers> {
  await api.swarmInit({
    ForceNewCluster: true,
    ListenAddr: `0.0.0.0:${address.split(":").at(-1)}`,
    AdvertiseAddr: address,
  });
  return repeat(
    async () => {
      const managers = await readManagers(api);
      if (managers.quorum) return managers;
      throw new Error(`${address} is the only manager, but leads no Swarm yet: look at its log`);
    },
    { patienceMilliseconds: 60_000, pollMilliseconds: 500 },
  );
}

/** After how many changes the managers of an engine's Swarm keep a snapshot instead of them. */
export async function snapshotInterval(api: Dockerode): Promise<number> {
  const { Spec }: { Spec: { Raft: { SnapshotInterval: number } } } = await api.swarmInspect();
  return Spec.Raft.SnapshotInterval;
}

/**
 * What to do with former managers, line by line.
 *
 * They would join by themselves, but Docker Engine 20.10 then leaves some of them half a manager, which can be
 * neither demoted nor reached; and two of three that find each other are a majority of the Swarm that was.
 * Removed while their containers run, their addresses would be given to others.
 *
 * A new manager gets all changes since the last snapshot, 64 KiB with each heartbeat, which is a second (Raft as
 * Docker Engine 20.10 has it), and the Swarm of now two managers changes nothing until it has them.
 *
 * @param interval of the Swarm's snapshots, in changes
 */
export function waysBack(
  former: readonly Pick<Manager, "name" | "labels">[],
  address: string,
  interval: number,
): string[] {
  if (former.length === 0) return [];
  const names = former.map(({ name }) => name);
  return [
    "What runs on the others goes on until they leave, which each has to do before it is connected again.",
    "One by one, when the store serves without it:",
    ...former.flatMap(({ name, labels }) => [
      `  on ${name}:  docker swarm leave --force`,
      `  here:      docker node rm --force ${name}`,
      `  on ${name}:  docker swarm join --token TOKEN ${address}   (docker swarm join-token worker says it)`,
      ...Object.entries(labels).map(
        ([key, value]) => `  here:      docker node update --label-add ${key}=${value} ${name}`,
      ),
    ]),
    "When all are back, one by one, and with a snapshot: the Swarm changes nothing while a manager learns what was",
    "before, which takes minutes without one.",
    "  here:      docker swarm update --snapshot-interval 1",
    ...names.map((name) => `  here:      docker node promote ${name}`),
    `  here:      docker swarm update --snapshot-interval ${interval}`,
    "and `npm run up`, which spreads the replicas again.",
  ];
}
