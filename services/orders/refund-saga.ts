import type { Logger } from "../shared/logger.ts";
import type { Saga } from "./finisher.ts";
import type { PaymentProvider } from "./payment.ts";
import type { RefundBook } from "./refund-book.ts";
import type { Stock } from "./stock.ts";

/** Takes back a confirmed order: each step has its effect once, however often it is made. */
export class RefundSaga implements Saga {
  readonly #refunds: RefundBook;
  readonly #stock: Stock;
  readonly #payment: PaymentProvider;
  readonly #log: Logger;

  constructor(refunds: RefundBook, stock: Stock, payment: PaymentProvider, log: Logger) {
    this.#refunds = refunds;
    this.#stock = stock;
    this.#payment = payment;
    this.#log = log;
  }

  async finish(orderId: string, requestId: string): Promise<void> {
    if (!(await this.#refunds.isDue(orderId))) return;
    await this.#payment.refund(orderId);
    await this.#stock.release(orderId, requestId);
    await this.#refunds.finish(orderId);
    this.#log.info({ orderId }, "order refunded");
  }
}
