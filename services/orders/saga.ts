import type { Order } from "../shared/contracts/orders.ts";
import { ApiError } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";
import type { Saga } from "./finisher.ts";
import {
  type OrderBook,
  OUT_OF_STOCK,
  toReservationLines,
  type UnfinishedOrder,
} from "./order-book.ts";
import type { PaymentOutcome, PaymentProvider } from "./payment.ts";
import type { Stock } from "./stock.ts";

/** After this an order that could not get its stock or payment is given up. */
const GIVE_UP_SECONDS = 600;

/**
 * Takes an order from wherever it stands to its end: pending, reserved, confirmed; or compensating,
 * cancelled. Each step may be repeated and each change of state happens once, so it doesn't matter
 * how often a crash interrupts this or how many work on the same order.
 */
export class PurchaseSaga implements Saga {
  readonly #orders: OrderBook;
  readonly #stock: Stock;
  readonly #payment: PaymentProvider;
  readonly #log: Logger;

  constructor(orders: OrderBook, stock: Stock, payment: PaymentProvider, log: Logger) {
    this.#orders = orders;
    this.#stock = stock;
    this.#payment = payment;
    this.#log = log;
  }

  async finish(orderId: string, requestId: string): Promise<void> {
    for (;;) {
      const unfinished = await this.#orders.findUnfinished(orderId);
      if (unfinished === undefined) return;
      await this.#step(unfinished, requestId);
    }
  }

  async #step({ order, paymentToken, ageSeconds }: UnfinishedOrder, requestId: string) {
    if (order.state === "pending") {
      if (ageSeconds > GIVE_UP_SECONDS) await this.#giveUp(order, "timed_out");
      else await this.#reserve(order, requestId);
    } else if (order.state === "reserved") {
      if (ageSeconds > GIVE_UP_SECONDS) await this.#giveUp(order, "timed_out");
      else await this.#pay(order, paymentToken);
    } else {
      await this.#compensate(order, requestId);
    }
  }

  async #reserve(order: Order, requestId: string): Promise<void> {
    try {
      await this.#stock.reserve(order.id, toReservationLines(order), requestId);
    } catch (error) {
      // Only what the catalogue says about this order ends it; anything else passes, or is repaired.
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      await this.#giveUp(order, error.code === "insufficient_stock" ? OUT_OF_STOCK : error.code);
      return;
    }
    await this.#orders.advance(order.id, "pending", "reserved");
  }

  async #pay(order: Order, token: string): Promise<void> {
    const outcome = await this.#payment.charge({
      orderId: order.id,
      amountMinor: order.totalMinor,
      currency: order.currency,
      token,
    });
    await this.#settle(order.id, outcome);
  }

  /** What the provider said without being asked: later than it was waited for, or once more. */
  async hear(orderId: string, outcome: PaymentOutcome): Promise<void> {
    const isNews = await this.#settle(orderId, outcome);
    this.#log.info({ orderId, isNews }, "payment provider spoke up");
  }

  async #settle(orderId: string, outcome: PaymentOutcome): Promise<boolean> {
    if (outcome.approved) return await this.#orders.confirm(orderId, outcome.reference);
    const reason = `payment_${outcome.reason}`;
    return await this.#orders.advance(orderId, "reserved", "compensating", reason);
  }

  async #giveUp(order: Order, reason: string): Promise<void> {
    await this.#orders.advance(order.id, order.state, "compensating", reason);
  }

  async #compensate(order: Order, requestId: string): Promise<void> {
    // Both also leave a mark that refuses a charge or reservation which is still on its way.
    await this.#payment.void(order.id);
    await this.#stock.release(order.id, requestId);
    await this.#orders.cancel(order.id);
    this.#log.info({ orderId: order.id, reason: order.reason }, "order cancelled");
  }
}
