import Type from "typebox";
import { AccountId } from "../shared/contracts/accounts.ts";
import { OrderId, ProductId, ReservationLine } from "../shared/contracts/catalog.ts";
import { MAX_LINES } from "../shared/contracts/limits.ts";
import {
  Cart,
  CartMergeKey,
  CartQuantity,
  Checkout,
  Order,
  OrderPage,
} from "../shared/contracts/orders.ts";
import type { Server } from "../shared/server.ts";
import { type CancellationDesk, isRefunded } from "./cancellation.ts";
import type { CartBook } from "./cart-book.ts";
import { type CheckoutDesk, isSettled } from "./checkout.ts";
import type { OrderBook } from "./order-book.ts";

const OfAccount = Type.Object({ accountId: AccountId });
const OrderOfAccount = Type.Object({ accountId: AccountId, orderId: OrderId });
const Lines = Type.Object({
  lines: Type.Array(ReservationLine, { minItems: 1, maxItems: MAX_LINES }),
});

/** The orders service's internal API; everything is below the account that it belongs to. */
export function addRoutes(
  server: Server,
  carts: CartBook,
  orders: OrderBook,
  checkout: CheckoutDesk,
  cancellation: CancellationDesk,
): void {
  server.get(
    "/accounts/:accountId/cart",
    { schema: { params: OfAccount, response: { 200: Cart } } },
    async (request) => await carts.find(request.params.accountId),
  );

  server.post(
    "/accounts/:accountId/cart/lines",
    { schema: { params: OfAccount, body: Lines, response: { 200: Cart } } },
    async ({ params, body, id }) => await carts.add(params.accountId, id, body.lines),
  );

  server.put(
    "/accounts/:accountId/cart/merges/:key",
    {
      schema: {
        params: Type.Object({ accountId: AccountId, key: CartMergeKey }),
        body: Lines,
        response: { 200: Cart },
      },
    },
    async ({ params, body }) => await carts.add(params.accountId, params.key, body.lines),
  );

  server.put(
    "/accounts/:accountId/cart/lines/:productId",
    {
      schema: {
        params: Type.Object({ accountId: AccountId, productId: ProductId }),
        body: CartQuantity,
        response: { 200: Cart },
      },
    },
    async ({ params, body }) =>
      await carts.setQuantity(params.accountId, params.productId, body.quantity),
  );

  server.post(
    "/accounts/:accountId/orders",
    { schema: { params: OfAccount, body: Checkout, response: { 200: Order, 202: Order } } },
    async (request, reply) => {
      const order = await checkout.buy(request.params.accountId, request.body, request.id);
      reply.code(isSettled(order) ? 200 : 202);
      return order;
    },
  );

  server.get(
    "/accounts/:accountId/orders",
    {
      schema: {
        params: OfAccount,
        querystring: Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 200 })) }),
        response: { 200: OrderPage },
      },
    },
    async (request) => await orders.history(request.params.accountId, request.query.cursor),
  );

  server.get(
    "/accounts/:accountId/orders/:orderId",
    { schema: { params: OrderOfAccount, response: { 200: Order } } },
    async ({ params }) => await orders.get(params.accountId, params.orderId),
  );

  server.post(
    "/accounts/:accountId/orders/:orderId/cancellation",
    { schema: { params: OrderOfAccount, response: { 200: Order, 202: Order } } },
    async ({ params, id }, reply) => {
      const order = await cancellation.cancel(params.accountId, params.orderId, id);
      reply.code(isRefunded(order) ? 200 : 202);
      return order;
    },
  );
}
