import { newId } from "../../services/shared/buckets.ts";

export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

export interface CartAnswer {
  lines: { productId: number; quantity: number }[];
}

export interface OrderAnswer {
  id: string;
  state: string;
  reason: string | null;
  refund?: string;
  cancellableUntil?: string;
  /** Instead of all that, where it was refused. */
  error?: { code: string };
}

const ADDRESS = { name: "Ada", street: "Quay 1", postalCode: "D02", city: "Dublin", country: "IE" };

/** A call of a service's internal API. */
export async function call<T>(url: string, method = "GET", body?: unknown): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: "Bearer service-token",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return {
    status: response.status,
    body: (await response.json()) as T,
    headers: response.headers,
  };
}

export async function register(accounts: string, email: string): Promise<Answer<{ id: string }>> {
  return await call(`${accounts}/accounts`, "POST", {
    name: "Ada Moreau",
    email,
    password: "correct horse battery",
  });
}

/** One account at the orders service, which takes any that is well-formed. */
export class Customer {
  readonly id: string;

  constructor(bucket: number) {
    this.id = newId(bucket);
  }

  #path(orders: string, path: string): string {
    return `${orders}/accounts/${this.id}/${path}`;
  }

  async fill(orders: string, productId: number, quantity: number): Promise<Answer<unknown>> {
    const lines = [{ productId, quantity }];
    return await call(this.#path(orders, "cart/lines"), "POST", { lines });
  }

  async merge(
    orders: string,
    key: string,
    lines: CartAnswer["lines"],
  ): Promise<Answer<CartAnswer>> {
    return await call(this.#path(orders, `cart/merges/${key}`), "PUT", { lines });
  }

  async cart(orders: string): Promise<Answer<CartAnswer>> {
    return await call(this.#path(orders, "cart"));
  }

  async buy(
    orders: string,
    expectedTotalMinor: number,
    changes: Record<string, string> = {},
  ): Promise<Answer<OrderAnswer>> {
    return await call(this.#path(orders, "orders"), "POST", {
      idempotencyKey: crypto.randomUUID(),
      expectedTotalMinor,
      address: ADDRESS,
      cardNumber: "4242424242424242",
      ...changes,
    });
  }

  async order(orders: string, id: string): Promise<Answer<OrderAnswer>> {
    return await call(this.#path(orders, `orders/${id}`));
  }

  async cancel(orders: string, id: string): Promise<Answer<OrderAnswer>> {
    return await call(this.#path(orders, `orders/${id}/cancellation`), "POST");
  }

  async history(orders: string): Promise<Answer<{ orders: OrderAnswer[] }>> {
    return await call(this.#path(orders, "orders"));
  }
}
