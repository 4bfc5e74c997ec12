import type { Order } from "../shared/contracts/orders.ts";
import type { Counter, Metrics } from "../shared/metrics.ts";

/** What this replica sold, as its buyers were told. */
export class TradeMetrics {
  readonly #orders: Counter<"outcome">;
  readonly #revenue: Counter<"currency">;

  constructor(metrics: Metrics) {
    this.#orders = metrics.counter("store_orders_total", "Purchases, by how they ended", [
      "outcome",
    ]);
    this.#revenue = metrics.counter(
      "store_revenue_minor_total",
      "Paid by confirmed orders, in the currency's smallest unit",
      ["currency"],
    );
  }

  /** An order that is still on its way counts as `under_way`, whatever becomes of it later. */
  count({ state, currency, totalMinor }: Order): void {
    const ended = state === "confirmed" || state === "cancelled";
    this.#orders.inc({ outcome: ended ? state : "under_way" });
    if (state === "confirmed") this.#revenue.inc({ currency }, totalMinor);
  }

  countRefused(): void {
    this.#orders.inc({ outcome: "refused" });
  }
}
