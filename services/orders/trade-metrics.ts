import type { Counter, Metrics } from "../shared/metrics.ts";

export interface Amount {
  totalMinor: number;
  currency: string;
}

/**
 * What the store sold. An order is counted by the replica whose change of its row ended it, after
 * the commit: once, however often a form is sent or a step repeated.
 */
export class TradeMetrics {
  readonly #orders: Counter<"state" | "reason">;
  readonly #revenue: Counter<"currency">;
  readonly #refunds: Counter<"currency">;
  readonly #stockOuts: Counter;
  readonly #refused: Counter<"code">;

  constructor(metrics: Metrics) {
    this.#orders = metrics.counter("store_orders_total", "Orders, by how they ended and why", [
      "state",
      "reason",
    ]);
    this.#revenue = metrics.counter(
      "store_revenue_minor_total",
      "Paid by confirmed orders, in the currency's smallest unit",
      ["currency"],
    );
    this.#refunds = metrics.counter(
      "store_refunds_minor_total",
      "Given back for refunded orders, in the currency's smallest unit",
      ["currency"],
    );
    this.#stockOuts = metrics.counter(
      "store_stock_outs_total",
      "Orders that were given up because something in them had sold out",
    );
    this.#refused = metrics.counter(
      "store_checkouts_refused_total",
      "Attempts to buy that were refused before there was an order, by why",
      ["code"],
    );
  }

  confirmed({ totalMinor, currency }: Amount): void {
    this.#orders.inc({ state: "confirmed", reason: "" });
    this.#revenue.inc({ currency }, totalMinor);
  }

  cancelled(reason: string): void {
    this.#orders.inc({ state: "cancelled", reason });
  }

  refunded({ totalMinor, currency }: Amount): void {
    this.#orders.inc({ state: "refunded", reason: "" });
    this.#refunds.inc({ currency }, totalMinor);
  }

  ranOut(): void {
    this.#stockOuts.inc();
  }

  refused(code: string): void {
    this.#refused.inc({ code });
  }
}
