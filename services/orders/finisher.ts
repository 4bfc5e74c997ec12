import { randomUUID } from "node:crypto";
import type { Logger } from "../shared/logger.ts";
import type { Shard } from "../shared/shard.ts";
import { inTime } from "../shared/wait.ts";
import type { Unfinished } from "../shared/work-off.ts";
import type { Backlog } from "./backlog.ts";
import { PATIENCE_MS } from "./patience.ts";

/** Steps that can each be repeated, from wherever an order stands to the end. */
export interface Saga {
  /** @throws whatever keeps a step from being made now; the order stays due. */
  finish(orderId: string, requestId: string): Promise<void>;
}

/** Brings a backlog's orders to their end: for the request that began it, or later for nobody. */
export class Finisher implements Unfinished {
  readonly name = "unfinished orders";
  readonly #backlog: Backlog;
  readonly #saga: Saga;
  readonly #log: Logger;

  constructor(backlog: Backlog, saga: Saga, log: Logger) {
    this.#backlog = backlog;
    this.#saga = saga;
    this.#log = log;
  }

  /**
   * For the request that made the order due and has its lease. Returns when it is finished, has
   * failed for now, or has taken as long as a request waits; a worker goes on from there.
   */
  async begin(orderId: string, requestId: string): Promise<void> {
    await inTime(this.#try(orderId, requestId), PATIENCE_MS);
  }

  async findDue(shard: Shard, count: number): Promise<string[]> {
    return await this.#backlog.findDue(shard, count);
  }

  /** What a request left, unless somebody else is at it. */
  async resume(orderId: string): Promise<void> {
    const claimed = await this.#backlog.claim(orderId).catch((error: unknown) => {
      this.#log.warn({ err: error, orderId }, "can't take an unfinished order on");
      return false;
    });
    if (claimed && (await this.#try(orderId, randomUUID()))) {
      this.#log.info({ orderId }, "unfinished order finished");
    }
  }

  async #try(orderId: string, requestId: string): Promise<boolean> {
    try {
      await this.#saga.finish(orderId, requestId);
      return true;
    } catch (error) {
      this.#log.warn({ err: error, orderId }, "order not finished yet");
      await this.#backlog.postpone(orderId).catch(() => undefined);
      return false;
    }
  }
}
