import type { Session } from "./database.ts";
import type { Shard } from "./shard.ts";

/** Lends one connection to each of the shards, and closes them all afterwards. */
export async function withSessions<T>(
  shards: readonly Shard[],
  work: (sessions: ReadonlyMap<Shard, Session>) => Promise<T>,
  opened: ReadonlyMap<Shard, Session> = new Map(),
): Promise<T> {
  const [first, ...others] = shards;
  if (!first) return await work(opened);
  return await first.database.session((session) =>
    withSessions(others, work, new Map([...opened, [first, session]])),
  );
}
