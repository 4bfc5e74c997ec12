import { bucketOfId, newId } from "../shared/buckets.ts";
import type { Product, ReservationLine } from "../shared/contracts/catalog.ts";
import type { Checkout, Order, OrderLine } from "../shared/contracts/orders.ts";
import { ApiError, UnavailableError } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";
import { pause } from "../shared/wait.ts";
import type { CartBook } from "./cart-book.ts";
import type { OrderBook } from "./order-book.ts";
import type { PaymentProvider } from "./payment.ts";
import type { PurchaseSaga } from "./saga.ts";
import type { Stock } from "./stock.ts";

/** While a request works on its order, no worker picks it up. */
export const LEASE_SECONDS = 15;
const WAIT_MS = 6_000;
const POLL_MS = 100;

/** Buys a member's cart. */
export class CheckoutDesk {
  readonly #carts: CartBook;
  readonly #orders: OrderBook;
  readonly #stock: Stock;
  readonly #payment: PaymentProvider;
  readonly #saga: PurchaseSaga;
  readonly #log: Logger;

  constructor(parts: {
    carts: CartBook;
    orders: OrderBook;
    stock: Stock;
    payment: PaymentProvider;
    saga: PurchaseSaga;
    log: Logger;
  }) {
    this.#carts = parts.carts;
    this.#orders = parts.orders;
    this.#stock = parts.stock;
    this.#payment = parts.payment;
    this.#saga = parts.saga;
    this.#log = parts.log;
  }

  /**
   * The order, finished if that was possible in a few seconds; a worker finishes it otherwise.
   * The same key always gives the same order.
   * @throws ApiError `cart_empty`, `cart_changed`, `price_changed`, `product_gone`,
   * `insufficient_stock` (409), `invalid_card` (422)
   */
  async buy(accountId: string, checkout: Checkout, requestId: string): Promise<Order> {
    const known = await this.#orders.findByKey(accountId, checkout.idempotencyKey);
    if (known) return await this.#settled(accountId, known.id);
    const id = newId(bucketOfId(accountId));
    const created = await this.#create(id, accountId, checkout, requestId);
    if (!created) return await this.#existing(accountId, checkout.idempotencyKey, "cart_changed");
    const finished = this.#saga.finish(id, requestId).catch(async (error: unknown) => {
      // It is acknowledged as pending and due: the worker goes on from here.
      this.#log.warn({ err: error, orderId: id }, "order not finished yet");
      await this.#orders.postpone(id).catch(() => undefined);
    });
    await Promise.race([finished, pause(WAIT_MS)]);
    return await this.#load(accountId, id);
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
    return await this.#orders.create(
      {
        id,
        accountId,
        idempotencyKey: checkout.idempotencyKey,
        totalMinor,
        currency: products.values().next().value?.currency ?? "EUR",
        address: checkout.address,
        lines: priced,
        paymentToken,
      },
      LEASE_SECONDS,
    );
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
    const deadline = performance.now() + WAIT_MS;
    let order = await this.#load(accountId, id);
    while (!isSettled(order) && performance.now() < deadline) {
      await pause(POLL_MS);
      order = await this.#load(accountId, id);
    }
    return order;
  }

  async #load(accountId: string, id: string): Promise<Order> {
    const order = await this.#orders.find(accountId, id);
    if (!order) throw new UnavailableError("The order");
    return order;
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
