/** A database cluster of its own, filled from another one's backups. */
export interface RestoredCluster {
  /** Begins with the name of the other one, as in `shard-1-before`. */
  name: string;
  /** Whose backups it is made of. */
  cluster: string;
  /** The moment that it shows: ISO 8601 in UTC. */
  time: string;
}

/** How one is written as a text. */
export const restoredClusterExample = "shard-1-before shard-1 2026-11-24T22:00:00Z";

/** A text such as `shard-1-before shard-1 2026-11-24T22:00:00Z`, or undefined if it is none. */
export function parseRestoredCluster(text: string): RestoredCluster | undefined {
  const [name = "", cluster = "", time = "", ...rest] = text.split(" ");
  const whole = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(time);
  if (rest.length > 0 || !whole || Number.isNaN(Date.parse(time))) return undefined;
  // A digit would make it a member's name.
  const word = name.startsWith(`${cluster}-`) ? name.slice(cluster.length + 1) : "";
  const named = /^[a-z][a-z0-9-]{0,19}(?<!-)$/.test(word) && /^[a-z][a-z0-9-]*$/.test(cluster);
  return named ? { name, cluster, time } : undefined;
}

/** The text that {@link parseRestoredCluster} reads. */
export function restoredClusterText({ name, cluster, time }: RestoredCluster): string {
  return `${name} ${cluster} ${time}`;
}

/** What is wrong with a list of them beside these clusters, and what to write instead. */
export function restoredClustersMistake(
  list: RestoredCluster[],
  { clusters, backup }: { clusters: string[]; backup: boolean },
): string | undefined {
  if (list.length > 0 && !backup)
    return "needs backups, which are off: leave it out, or have backups";
  const unknown = list.find(({ cluster }) => !clusters.includes(cluster));
  if (unknown) {
    return `has "${unknown.name}" of ${unknown.cluster}, which is no cluster: give one of ${clusters.join(", ")}`;
  }
  const names = list.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice && `has "${twice}" twice: give each a name of its own`;
}
