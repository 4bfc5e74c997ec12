import type { Order } from "../shared/contracts/orders.ts";
import { ApiError } from "../shared/errors.ts";
import type { Finisher } from "./finisher.ts";
import type { OrderBook } from "./order-book.ts";
import { lookUntil } from "./patience.ts";
import type { RefundBook } from "./refund-book.ts";

/** Cancels confirmed orders for their buyers. */
export class CancellationDesk {
  readonly #orders: OrderBook;
  readonly #refunds: RefundBook;
  readonly #finisher: Finisher;

  constructor(orders: OrderBook, refunds: RefundBook, finisher: Finisher) {
    this.#orders = orders;
    this.#refunds = refunds;
    this.#finisher = finisher;
  }

  /**
   * The order, refunded if that was possible in a few seconds; a worker refunds it otherwise.
   * Repeating it, also at the same time, refunds nothing more.
   * @throws ApiError `unknown_order` (404), `not_confirmed` or `too_late_to_cancel` (409)
   */
  async cancel(accountId: string, orderId: string, requestId: string): Promise<Order> {
    const isMine = await this.#refunds.request(accountId, orderId);
    if (isMine) await this.#finisher.begin(orderId, requestId);
    else requireRefund(await this.#orders.get(accountId, orderId));
    const look = () => this.#orders.get(accountId, orderId);
    return isMine ? await look() : await lookUntil(look, isRefunded);
  }
}

export function isRefunded(order: Order): boolean {
  return order.refund === "done";
}

function requireRefund(order: Order): void {
  if (order.refund !== undefined) return;
  throw order.state === "confirmed"
    ? new ApiError(409, "too_late_to_cancel", "It is too late to cancel this order")
    : new ApiError(409, "not_confirmed", "Only a confirmed order can be cancelled");
}
