import {
  CategoryList,
  type Locale,
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

  async categories(locale: Locale, requestId: string) {
    const request = { path: "/categories", query: { locale }, requestId };
    return (await this.#peer.call(categoryList, request)).categories;
  }

  async list(query: ProductQuery, requestId: string) {
    return await this.#peer.call(productPage, { path: "/products", query, requestId });
  }

  async bySlug(slug: string, locale: Locale, requestId: string) {
    const path = `/products/${encodeURIComponent(slug)}`;
    return await this.#peer.call(product, { path, query: { locale }, requestId });
  }

  async byIds(ids: readonly number[], locale: Locale, requestId: string): Promise<Product[]> {
    if (ids.length === 0) return [];
    const query = { ids: ids.join(","), locale };
    return (await this.#peer.call(productBatch, { path: "/product-batch", query, requestId }))
      .products;
  }
}
