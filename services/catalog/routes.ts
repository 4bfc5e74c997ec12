import Type from "typebox";
import {
  CategoryList,
  OrderId,
  Product,
  ProductBatch,
  ProductPage,
  ProductQuery,
  Reservation,
  ReservationRequest,
  Slug,
} from "../shared/contracts/catalog.ts";
import { ApiError } from "../shared/errors.ts";
import type { Server } from "../shared/server.ts";
import type { ProductReader } from "./product-reader.ts";
import type { ReservationBook } from "./reservation-book.ts";

/** The catalog's internal API. */
export function addRoutes(server: Server, reader: ProductReader, book: ReservationBook): void {
  server.get("/categories", { schema: { response: { 200: CategoryList } } }, async () => ({
    categories: await reader.categories(),
  }));

  server.get(
    "/products",
    { schema: { querystring: ProductQuery, response: { 200: ProductPage } } },
    async (request) => await reader.list(request.query),
  );

  server.get(
    "/products/:slug",
    { schema: { params: Type.Object({ slug: Slug }), response: { 200: Product } } },
    async (request) => {
      const product = await reader.bySlug(request.params.slug);
      if (!product) throw new ApiError(404, "unknown_product", "There is no such product");
      return product;
    },
  );

  const Ids = Type.Object({
    ids: Type.String({ pattern: "^[1-9]\\d{0,14}(,[1-9]\\d{0,14}){0,99}$" }),
  });
  server.get(
    "/product-batch",
    { schema: { querystring: Ids, response: { 200: ProductBatch } } },
    async (request) => ({ products: await reader.byIds(request.query.ids.split(",").map(Number)) }),
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
