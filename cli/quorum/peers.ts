import type Dockerode from "dockerode";

interface OverlayNetwork {
  Id: string;
  /** The engines that have told this one that they have containers on it, and itself. */
  Peers?: { IP: string }[] | null;
}

/**
 * Addresses of the hosts whose containers an engine's own talk with over networks of their Swarm, whether that has
 * a leader or not.
 *
 * @param host - Address of the engine's own node.
 */
export async function peersOf(api: Dockerode, host: string): Promise<string[]> {
  const overlays = await api.listNetworks({ filters: { driver: ["overlay"] } });
  const networks: OverlayNetwork[] = await Promise.all(
    overlays.map(({ Id }) => api.getNetwork(Id).inspect()),
  );
  const addresses = networks.flatMap(({ Peers }) => (Peers ?? []).map(({ IP }) => IP));
  return [...new Set(addresses)].filter((address) => address !== host).toSorted();
}

/**
 * What has to happen before an engine that has peers begins anew.
 *
 * As it begins anew it takes leave of them, and knows no address but its own then. They call back only an engine
 * that was lost, not one that has left; some do, once a minute, if it is the only manager that they ever joined by
 * (Docker Engine 20.10, NetworkDB).
 */
export function withoutFarewell(peers: readonly string[], host: string): string[] {
  return [
    `Containers on ${peers.join(", ")} still talk with those on ${host}. If its engine began anew now, it would take`,
    "leave of them, and neither would find the other's any more. End it without a farewell; it is started again by itself:",
    `  on ${host}:  systemctl kill --signal=KILL docker`,
    "and then, as soon as it answers: npm run quorum -- --recover",
  ];
}
