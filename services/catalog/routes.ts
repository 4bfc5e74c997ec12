import Type from "typebox";
import {
  CategoryList,
  InLocale,
  Locale,
  OrderId,
  Product,
  ProductBatch,
  ProductPage,
  ProductQuery,
  Reservation,
  ReservationRequest,
  Slug,
} from "../shared/contracts/catalog.ts";
import { type Server, sendJson } from "../shared/server.ts";
import type { ProductReader } from "./product-reader.ts";
import type { ReservationBook } from "./reservation-book.ts";

/** The catalog's internal API. */
export function addRoutes(server: Server, reader: ProductReader, book: ReservationBook): void {
  server.get(
    "/categories",
    { schema: { querystring: InLocale, response: { 200: CategoryList } } },
    async ({ query }, reply) => sendJson(reply, await reader.categories(query.locale ?? "en")),
  );

  server.get(
    "/products",
    { schema: { querystring: ProductQuery, response: { 200: ProductPage } } },
    async ({ query }, reply) => sendJson(reply, await reader.list(query)),
  );

  server.get(
    "/products/:slug",
    {
      schema: {
        params: Type.Object({ slug: Slug }),
        querystring: InLocale,
        response: { 200: Product },
      },
    },
    async ({ params, query }, reply) =>
      sendJson(reply, await reader.bySlug(params.slug, query.locale ?? "en")),
  );

  const Ids = Type.Object({
    ids: Type.String({ pattern: "^[1-9]\\d{0,14}(,[1-9]\\d{0,14}){0,99}$" }),
    locale: Type.Optional(Locale),
  });
  server.get(
    "/product-batch",
    { schema: { querystring: Ids, response: { 200: ProductBatch } } },
    async ({ query }) => ({
      products: await reader.byIds(query.ids.split(",").map(Number), query.locale ?? "en"),
    }),
  );

  server.post(
    "/reservations",
    { schema: { body: ReservationRequest, response: { 200: Reservation } } },
    async (request) => await book.reserve(request.body),
  );

  server.post(
    "/reservations/:orderId/release",
    { schema: { params: Type.Object({ orderId: OrderId }), response: { 200: Reservation } } },
    async (request) => await book.release(request.params.orderId),
  );
}
