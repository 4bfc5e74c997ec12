import { bucketOfId, newId } from "../shared/buckets.ts";
import type { Product, ReservationLine } from "../shared/contracts/catalog.ts";
import type { Checkout, Order, OrderLine } from "../shared/contracts/orders.ts";
import { ApiError } from "../shared/errors.ts";
import type { CartBook } from "./cart-book.ts";
import type { Finisher } from "./finisher.ts";
import type { OrderBook } from "./order-book.ts";
import { lookUntil } from "./patience.ts";
import type { PaymentProvider } from "./payment.ts";
import type { Stock } from "./stock.ts";
import type { TradeMetrics } from "./trade-metrics.ts";

/** Buys a member's cart. */
export class CheckoutDesk {
  readonly #carts: CartBook;
  readonly #orders: OrderBook;
  readonly #stock: Stock;
  readonly #payment: PaymentProvider;
  readonly #finisher: Finisher;
  readonly #trade: TradeMetrics;

  constructor(parts: {
    carts: CartBook;
    orders: OrderBook;
    stock: Stock;
    payment: PaymentProvider;
    finisher: Finisher;
    trade: TradeMetrics;
  }) {
    this.#carts = parts.carts;
    this.#orders = parts.orders;
    this.#stock = parts.stock;
    this.#payment = parts.payment;
    this.#finisher = parts.finisher;
    this.#trade = parts.trade;
  }

  /**
   * The order, finished if that was possible in a few seconds; a worker finishes it otherwise.
   * The same key always gives the same order.
   * @throws ApiError `cart_empty`, `cart_changed`, `price_changed`, `product_gone`,
   * `insufficient_stock` (409), `invalid_card` (422)
   */
  async buy(accountId: string, checkout: Checkout, requestId: string): Promise<Order> {
    try {
      return await this.#buy(accountId, checkout, requestId);
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) this.#trade.refused(error.code);
      throw error;
    }
  }

  async #buy(accountId: string, checkout: Checkout, requestId: string): Promise<Order> {
    const known = await this.#orders.findByKey(accountId, checkout.idempotencyKey);
    if (known) return await this.#settled(accountId, known.id);
    const id = newId(bucketOfId(accountId));
    const created = await this.#create(id, accountId, checkout, requestId);
    if (!created) return await this.#existing(accountId, checkout.idempotencyKey, "cart_changed");
    await this.#finisher.begin(id, requestId);
    return await this.#orders.get(accountId, id);
  }

  async #create(id: string, accountId: string, checkout: Checkout, requestId: string) {
    const { lines } = await this.#carts.find(accountId);
    if (lines.length === 0) {
      await this.#existing(accountId, checkout.idempotencyKey, "cart_empty");
      return false;
    }
    const paymentToken = await this.#payment.tokenise(checkout.cardNumber);
    const products = await this.#stock.products(
      lines.map((line) => line.productId),
      requestId,
    );
    const priced = lines.map((line) => priceLine(line, products));
    const totalMinor = priced.reduce((sum, line) => sum + line.unitPriceMinor * line.quantity, 0);
    if (totalMinor !== checkout.expectedTotalMinor) {
      throw new ApiError(
        409,
        "price_changed",
        "A price has changed; please look at your cart again",
      );
    }
    return await this.#orders.create({
      id,
      accountId,
      idempotencyKey: checkout.idempotencyKey,
      totalMinor,
      currency: products.values().next().value?.currency ?? "EUR",
      address: checkout.address,
      lines: priced,
      paymentToken,
    });
  }

  /** The order that another request with the same key has made meanwhile, or an error. */
  async #existing(accountId: string, key: string, code: "cart_empty" | "cart_changed") {
    const order = await this.#orders.findByKey(accountId, key);
    if (order) return await this.#settled(accountId, order.id);
    const message =
      code === "cart_empty"
        ? "Your cart is empty"
        : "Your cart has changed; please look at it again";
    throw new ApiError(409, code, message);
  }

  async #settled(accountId: string, id: string): Promise<Order> {
    return await lookUntil(() => this.#orders.get(accountId, id), isSettled);
  }
}

export function isSettled(order: Order): boolean {
  return order.state === "confirmed" || order.state === "cancelled";
}

function priceLine(line: ReservationLine, products: ReadonlyMap<number, Product>): OrderLine {
  const product = products.get(line.productId);
  if (!product) throw new ApiError(409, "product_gone", "A product in your cart is no longer sold");
  if (product.stock < line.quantity) {
    const left = product.stock === 0 ? "is sold out" : `has only ${product.stock} left`;
    throw new ApiError(409, "insufficient_stock", `${product.name} ${left}`);
  }
  const { slug, name, image, priceMinor } = product;
  return { ...line, slug, name, image, unitPriceMinor: priceMinor };
}
