import { randomUUID } from "node:crypto";
import type { Logger } from "../shared/logger.ts";
import type { Shard } from "../shared/shard.ts";
import { pause } from "../shared/wait.ts";
import { LEASE_SECONDS } from "./checkout.ts";
import type { OrderBook } from "./order-book.ts";
import type { PurchaseSaga } from "./saga.ts";

const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 8;

/** Finishes what requests left: crashed replicas' orders and those whose peers were down. */
export async function runWorkers(
  shards: readonly Shard[],
  orders: OrderBook,
  saga: PurchaseSaga,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(shards.map((shard) => runWorker(shard, orders, saga, log, signal)));
}

/** One for each shard, so that one that hangs keeps no other's orders waiting. */
async function runWorker(
  shard: Shard,
  orders: OrderBook,
  saga: PurchaseSaga,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const due = await orders.findDue(shard, AT_ONCE).catch((error: unknown) => {
      log.debug({ err: error, shard: shard.name }, "can't look for unfinished orders");
      return [];
    });
    await Promise.all(due.map((id) => finish(id, orders, saga, log)));
    // A full batch means that more are waiting.
    if (due.length < AT_ONCE) await pause(LOOK_EVERY_MS, signal);
  }
}

async function finish(id: string, orders: OrderBook, saga: PurchaseSaga, log: Logger) {
  try {
    if (!(await orders.claim(id, LEASE_SECONDS))) return;
    await saga.finish(id, randomUUID());
    log.info({ orderId: id }, "unfinished order finished");
  } catch (error) {
    log.warn({ err: error, orderId: id }, "order not finished yet");
    await orders.postpone(id).catch(() => undefined);
  }
}
