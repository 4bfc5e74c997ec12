import type { Logger } from "./logger.ts";
import type { Shard } from "./shard.ts";
import { pause } from "./wait.ts";

const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 8;

/** What a shard has that somebody must finish. */
export interface Unfinished {
  /** In the plural, for logs. */
  name: string;
  findDue(shard: Shard, count: number): Promise<string[]>;
  /** Does not fail. */
  resume(id: string): Promise<void>;
}

/** Works off what is due on a shard: each on its own, so that one that hangs keeps no other's waiting. */
export async function workOff(
  shard: Shard,
  unfinished: Unfinished,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const due = await unfinished.findDue(shard, AT_ONCE).catch((error: unknown) => {
      log.debug({ err: error, shard: shard.name }, `can't look for ${unfinished.name}`);
      return [];
    });
    await Promise.all(due.map((id) => unfinished.resume(id)));
    // A full batch means that more are waiting.
    if (due.length < AT_ONCE) await pause(LOOK_EVERY_MS, signal);
  }
}
