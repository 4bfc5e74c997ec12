import type { Logger } from "../shared/logger.ts";
import type { Shard } from "../shared/shard.ts";
import { pause } from "../shared/wait.ts";
import type { Finisher } from "./finisher.ts";

const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 8;

/** Finishes what requests left: crashed replicas' orders and those whose peers were down. */
export async function runWorkers(
  shards: readonly Shard[],
  finishers: readonly Finisher[],
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const workers = shards.flatMap((shard) =>
    finishers.map((finisher) => runWorker(shard, finisher, log, signal)),
  );
  await Promise.all(workers);
}

/** One for each shard, so that one that hangs keeps no other's orders waiting. */
async function runWorker(
  shard: Shard,
  finisher: Finisher,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const due = await finisher.findDue(shard, AT_ONCE).catch((error: unknown) => {
      log.debug({ err: error, shard: shard.name }, "can't look for unfinished orders");
      return [];
    });
    await Promise.all(due.map((id) => finisher.resume(id)));
    // A full batch means that more are waiting.
    if (due.length < AT_ONCE) await pause(LOOK_EVERY_MS, signal);
  }
}
