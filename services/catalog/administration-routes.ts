import Type from "typebox";
import {
  AuditPage,
  AuditQuery,
  ManagedPage,
  ManagedProduct,
  ManagedQuery,
  ProductAddition,
  ProductEdit,
  Restocking,
} from "../shared/contracts/administration.ts";
import { ProductId } from "../shared/contracts/catalog.ts";
import { ApiError } from "../shared/errors.ts";
import type { Server } from "../shared/server.ts";
import type { Administration } from "./administration.ts";

const OfProduct = Type.Object({ id: ProductId });

/** For administrators; who is one, the storefront knows. */
export function addAdministrationRoutes(server: Server, administration: Administration): void {
  server.get(
    "/managed-products",
    { schema: { querystring: ManagedQuery, response: { 200: ManagedPage } } },
    async ({ query }) => await administration.list(query),
  );

  server.get(
    "/managed-products/:id",
    { schema: { params: OfProduct, response: { 200: ManagedProduct } } },
    async ({ params }) => {
      const product = await administration.find(params.id);
      if (!product) throw new ApiError(404, "unknown_product", "There is no such product");
      return product;
    },
  );

  server.post(
    "/managed-products",
    { schema: { body: ProductAddition, response: { 200: ManagedProduct } } },
    async ({ body, id }) => await administration.add(body, id),
  );

  server.put(
    "/managed-products/:id",
    { schema: { params: OfProduct, body: ProductEdit, response: { 200: ManagedProduct } } },
    async ({ params, body, id }) => await administration.edit(params.id, body, id),
  );

  server.post(
    "/managed-products/:id/restock",
    { schema: { params: OfProduct, body: Restocking, response: { 200: ManagedProduct } } },
    async ({ params, body, id }) => await administration.restock(params.id, body, id),
  );

  server.get(
    "/audit",
    { schema: { querystring: AuditQuery, response: { 200: AuditPage } } },
    async ({ query }) => await administration.audit(query),
  );
}
