import { randomUUID } from "node:crypto";
import type { Logger } from "../shared/logger.ts";
import type { Shard } from "../shared/shard.ts";
import { pause } from "../shared/wait.ts";
import type { AttemptBook } from "./attempt-book.ts";
import type { CustomerRecords } from "./customer-records.ts";
import type { ErasureBook } from "./erasure-book.ts";

const LOOK_EVERY_MS = 1_000;
const TIDY_EVERY_MS = 60_000;
const AT_ONCE = 8;
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
  await Promise.all(
    shards.flatMap((shard) => [eraseDue(shard, parts, signal), tidy(shard, parts, signal)]),
  );
}

async function eraseDue(shard: Shard, parts: WorkerParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const due = await parts.erasures.findDue(shard, AT_ONCE).catch((error: unknown) => {
      parts.log.debug({ err: error, shard: shard.name }, "can't look for erasures");
      return [];
    });
    await Promise.all(due.map((accountId) => erase(accountId, parts)));
    // A full batch means that more are waiting.
    if (due.length < AT_ONCE) await pause(LOOK_EVERY_MS, signal);
  }
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
