import { randomUUID } from "node:crypto";
import type { Order } from "../../shared/contracts/orders.ts";
import { ApiError } from "../../shared/errors.ts";
import type { Server } from "../../shared/server.ts";
import { addForm, addPage, type Exchange } from "../exchange.tsx";
import { CheckoutPage } from "../pages/checkout.tsx";
import { OrderPage, OrdersPage } from "../pages/orders.tsx";
import type { Storefront } from "../storefront.ts";
import { loadCart } from "./cart.tsx";

/** Answers for which the buyer can correct the form. */
const CORRECTABLE = new Set([400, 409, 422]);

export function addOrderRoutes(server: Server, store: Storefront): void {
  const { orders } = store;

  addPage(server, store, "/checkout", async (exchange) => {
    if (!(await exchange.member())) return signInFirst(exchange, "/checkout");
    return await showCheckout(exchange, 200, randomUUID());
  });

  addForm(server, store, "/checkout", async (exchange) => {
    const account = await exchange.member();
    if (!account) return signInFirst(exchange, "/checkout");
    const idempotencyKey = exchange.field("idempotencyKey");
    const checkout = {
      idempotencyKey,
      expectedTotalMinor: Number(exchange.field("expectedTotalMinor")),
      address: readAddress(exchange),
      cardNumber: exchange.field("cardNumber"),
    };
    try {
      const order = await orders.checkout(account.id, checkout, exchange.requestId);
      return exchange.redirect(`/orders/${order.id}`);
    } catch (error) {
      if (!(error instanceof ApiError) || !CORRECTABLE.has(error.status)) throw error;
      const problem =
        error.code === "invalid_request"
          ? exchange.language.texts.checkout.incomplete
          : exchange.language.refusal(error);
      return await showCheckout(exchange, 422, idempotencyKey || randomUUID(), problem);
    }
  });

  addPage(server, store, "/orders", async (exchange) => {
    const account = await exchange.member();
    if (!account) return signInFirst(exchange, "/orders");
    const cursor = exchange.query("cursor") || undefined;
    const page = await orders.history(account.id, cursor, exchange.requestId);
    const next = page.nextCursor === null ? undefined : `/orders?cursor=${page.nextCursor}`;
    const body = <OrdersPage orders={page.orders} next={next} />;
    return await exchange.page({ title: exchange.language.texts.orders.title }, body);
  });

  addPage(server, store, "/orders/:id", async (exchange) => {
    const account = await exchange.member();
    if (!account) return signInFirst(exchange, `/orders/${exchange.parameter("id")}`);
    const id = exchange.parameter("id");
    const order = await ofThisBuyer(orders.find(account.id, id, exchange.requestId));
    const { title } = exchange.language.texts.orders;
    const names = await namesToday(exchange, order);
    const body = <OrderPage order={order} names={names} csrf={exchange.csrf} />;
    return await exchange.page({ title }, body);
  });

  addForm(server, store, "/orders/:id/cancel", async (exchange) => {
    const account = await exchange.member();
    const id = exchange.parameter("id");
    if (!account) return signInFirst(exchange, `/orders/${id}`);
    try {
      await ofThisBuyer(orders.cancel(account.id, id, exchange.requestId));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      exchange.visitor.notify(exchange.language.refusal(error));
    }
    return exchange.redirect(`/orders/${id}`);
  });
}

/** An id that can't exist and one of somebody else look the same. */
async function ofThisBuyer(answer: Promise<Order>): Promise<Order> {
  return await answer.catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 400) {
      throw new ApiError(404, "unknown_order", "There is no such order");
    }
    throw error;
  });
}

async function showCheckout(
  exchange: Exchange,
  status: number,
  idempotencyKey: string,
  problem?: string,
) {
  const cart = await loadCart(exchange);
  if (cart.lines.length === 0 || cart.short) return exchange.redirect("/cart");
  const address = readAddress(exchange);
  const values = { ...address, name: address.name || (exchange.visitor.account?.name ?? "") };
  return await exchange.page(
    { title: exchange.language.texts.checkout.title, status },
    <CheckoutPage
      cart={cart}
      csrf={exchange.csrf}
      idempotencyKey={idempotencyKey}
      problem={problem}
      values={{ ...values, country: values.country || undefined }}
    />,
  );
}

/** An order keeps names in English; in another language, what the catalogue calls them today. */
async function namesToday({ language, store, requestId }: Exchange, order: Order) {
  if (language.locale === "en") return new Map<number, string>();
  const ids = order.lines.map((line) => line.productId);
  const products = await store.catalog.byIds(ids, language.locale, requestId).catch(() => []);
  return new Map(products.map(({ id, name }) => [id, name]));
}

function readAddress(exchange: Exchange) {
  return {
    name: exchange.field("name"),
    street: exchange.field("street"),
    postalCode: exchange.field("postalCode"),
    city: exchange.field("city"),
    country: exchange.field("country"),
  };
}

export function signInFirst(exchange: Exchange, next: string) {
  return exchange.redirect(`/sign-in?${new URLSearchParams({ next })}`);
}
