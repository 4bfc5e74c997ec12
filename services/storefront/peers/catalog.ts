import {
  CategoryList,
  Product,
  ProductBatch,
  ProductPage,
  type ProductQuery,
} from "../../shared/contracts/catalog.ts";
import { contract, type Peer } from "../../shared/peer.ts";

const categoryList = contract(CategoryList);
const productPage = contract(ProductPage);
const product = contract(Product);
const productBatch = contract(ProductBatch);

export class CatalogClient {
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  async categories(requestId: string) {
    return (await this.#peer.call(categoryList, { path: "/categories", requestId })).categories;
  }

  async list(query: ProductQuery, requestId: string) {
    return await this.#peer.call(productPage, { path: "/products", query, requestId });
  }

  async bySlug(slug: string, requestId: string) {
    const path = `/products/${encodeURIComponent(slug)}`;
    return await this.#peer.call(product, { path, requestId });
  }

  async byIds(ids: readonly number[], requestId: string): Promise<Product[]> {
    if (ids.length === 0) return [];
    const query = { ids: ids.join(",") };
    return (await this.#peer.call(productBatch, { path: "/product-batch", query, requestId }))
      .products;
  }
}
