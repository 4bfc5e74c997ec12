import type { Logger } from "../shared/logger.ts";
import type { Shard } from "../shared/shard.ts";
import { workOff } from "../shared/work-off.ts";
import type { Finisher } from "./finisher.ts";

/** Finishes what requests left: crashed replicas' orders and those whose peers were down. */
export async function runWorkers(
  shards: readonly Shard[],
  finishers: readonly Finisher[],
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const workers = shards.flatMap((shard) =>
    finishers.map((finisher) => workOff(shard, finisher, log, signal)),
  );
  await Promise.all(workers);
}
