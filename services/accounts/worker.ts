import { randomUUID } from "node:crypto";
import type { Logger } from "../shared/logger.ts";
import type { Shard } from "../shared/shard.ts";
import { pause } from "../shared/wait.ts";
import { type Unfinished, workOff } from "../shared/work-off.ts";
import type { AttemptBook } from "./attempt-book.ts";
import type { CustomerRecords } from "./customer-records.ts";
import type { ErasureBook } from "./erasure-book.ts";

const TIDY_EVERY_MS = 60_000;
const LEASE_SECONDS = 15;

export interface WorkerParts {
  erasures: ErasureBook;
  records: CustomerRecords;
  attempts: AttemptBook;
  log: Logger;
}

/** Finishes deletions and forgets old attempts: for each shard on its own, as any may hang. */
export async function runWorkers(
  shards: readonly Shard[],
  parts: WorkerParts,
  signal: AbortSignal,
): Promise<void> {
  const erasures: Unfinished = {
    name: "erasures",
    findDue: (shard, count) => parts.erasures.findDue(shard, count),
    resume: (accountId) => erase(accountId, parts),
  };
  await Promise.all(
    shards.flatMap((shard) => [
      workOff(shard, erasures, parts.log, signal),
      tidy(shard, parts, signal),
    ]),
  );
}

async function erase(accountId: string, { erasures, records, log }: WorkerParts): Promise<void> {
  try {
    if (!(await erasures.claim(accountId, LEASE_SECONDS))) return;
    await records.erase(accountId, randomUUID());
    if (await erasures.erased(accountId)) log.info({ accountId }, "deleted account erased");
  } catch (error) {
    log.warn({ err: error, accountId }, "deleted account not erased yet");
    await erasures.postpone(accountId).catch(() => undefined);
  }
}

async function tidy(shard: Shard, { attempts, log }: WorkerParts, signal: AbortSignal) {
  while (!signal.aborted) {
    await attempts.forgetOld(shard).catch((error: unknown) => {
      log.debug({ err: error, shard: shard.name }, "can't forget old attempts");
    });
    await pause(TIDY_EVERY_MS, signal);
  }
}
