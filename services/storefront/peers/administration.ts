import {
  AuditPage,
  type AuditQuery,
  ManagedPage,
  ManagedProduct,
  type ManagedQuery,
  type ProductAddition,
  type ProductEdit,
  type Restocking,
} from "../../shared/contracts/administration.ts";
import { contract, type Peer } from "../../shared/peer.ts";
import type { CatalogClient } from "./catalog.ts";

const managedPage = contract(ManagedPage);
const managedProduct = contract(ManagedProduct);
const auditPage = contract(AuditPage);

/** The catalogue as administrators see and change it. */
export class AdministrationClient {
  readonly #peer: Peer;
  readonly #catalog: CatalogClient;

  /** @param catalog is told what has changed, so that whoever changed it sees that at once */
  constructor(peer: Peer, catalog: CatalogClient) {
    this.#peer = peer;
    this.#catalog = catalog;
  }

  async list(query: ManagedQuery, requestId: string): Promise<ManagedPage> {
    return await this.#peer.call(managedPage, { path: "/managed-products", query, requestId });
  }

  async find(id: number, requestId: string): Promise<ManagedProduct> {
    return await this.#peer.call(managedProduct, { path: `/managed-products/${id}`, requestId });
  }

  async add(body: ProductAddition, requestId: string): Promise<ManagedProduct> {
    return await this.#change("POST", "/managed-products", body, requestId);
  }

  async edit(id: number, body: ProductEdit, requestId: string): Promise<ManagedProduct> {
    return await this.#change("PUT", `/managed-products/${id}`, body, requestId);
  }

  async restock(id: number, body: Restocking, requestId: string): Promise<ManagedProduct> {
    return await this.#change("POST", `/managed-products/${id}/restock`, body, requestId);
  }

  async audit(query: AuditQuery, requestId: string): Promise<AuditPage> {
    return await this.#peer.call(auditPage, { path: "/audit", query, requestId });
  }

  async #change(method: "POST" | "PUT", path: string, body: unknown, requestId: string) {
    // Its key makes repeating a change harmless.
    const request = { method, path, body, requestId, idempotent: true };
    const product = await this.#peer.call(managedProduct, request);
    this.#catalog.forget(product.slug);
    return product;
  }
}
