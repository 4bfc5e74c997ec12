import type { ReservationLine } from "../../shared/contracts/catalog.ts";
import { Cart, type Checkout, Order, OrderPage } from "../../shared/contracts/orders.ts";
import { contract, type Peer } from "../../shared/peer.ts";

const cart = contract(Cart);
const order = contract(Order);
const orderPage = contract(OrderPage);
/** Longer than the orders service works on an order before it leaves it to its worker. */
const ORDER_TIMEOUT_MS = 10_000;
/** Longer than it waits for a database that changes hands. */
const ADD_TIMEOUT_MS = 7_000;

export class OrdersClient {
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  async cart(accountId: string, requestId: string): Promise<Cart> {
    return await this.#peer.call(cart, { path: `/accounts/${accountId}/cart`, requestId });
  }

  /** The same request again adds nothing. */
  async addToCart(accountId: string, lines: readonly ReservationLine[], requestId: string) {
    return await this.#peer.call(cart, {
      method: "POST",
      path: `/accounts/${accountId}/cart/lines`,
      body: { lines },
      requestId,
      idempotent: true,
      timeoutMilliseconds: ADD_TIMEOUT_MS,
    });
  }

  /** @param key of the guest's cart: sent again, it is not added again */
  async mergeCart(
    accountId: string,
    key: string,
    lines: readonly ReservationLine[],
    requestId: string,
  ): Promise<Cart> {
    return await this.#peer.call(cart, {
      method: "PUT",
      path: `/accounts/${accountId}/cart/merges/${key}`,
      body: { lines },
      requestId,
      idempotent: true,
    });
  }

  async setQuantity(accountId: string, line: ReservationLine, requestId: string) {
    return await this.#peer.call(cart, {
      method: "PUT",
      path: `/accounts/${accountId}/cart/lines/${line.productId}`,
      body: { quantity: line.quantity },
      requestId,
      idempotent: true,
    });
  }

  async checkout(accountId: string, checkout: Checkout, requestId: string): Promise<Order> {
    return await this.#peer.call(order, {
      method: "POST",
      path: `/accounts/${accountId}/orders`,
      body: checkout,
      requestId,
      idempotent: true,
      timeoutMilliseconds: ORDER_TIMEOUT_MS,
    });
  }

  async history(accountId: string, cursor: string | undefined, requestId: string) {
    const path = `/accounts/${accountId}/orders`;
    return await this.#peer.call(orderPage, { path, query: { cursor }, requestId });
  }

  async find(accountId: string, orderId: string, requestId: string): Promise<Order> {
    const path = `/accounts/${accountId}/orders/${encodeURIComponent(orderId)}`;
    return await this.#peer.call(order, { path, requestId });
  }

  async cancel(accountId: string, orderId: string, requestId: string): Promise<Order> {
    return await this.#peer.call(order, {
      method: "POST",
      path: `/accounts/${accountId}/orders/${encodeURIComponent(orderId)}/cancellation`,
      requestId,
      idempotent: true,
      timeoutMilliseconds: ORDER_TIMEOUT_MS,
    });
  }
}
