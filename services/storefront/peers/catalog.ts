import {
  CategoryList,
  LOCALES,
  type Locale,
  Product,
  ProductBatch,
  ProductPage,
  type ProductQuery,
} from "../../shared/contracts/catalog.ts";
import { NearMemory } from "../../shared/near-memory.ts";
import { contract, type Peer } from "../../shared/peer.ts";

const categoryList = contract(CategoryList);
const productPage = contract(ProductPage);
const product = contract(Product);
const productBatch = contract(ProductBatch);

/** How much longer than the catalogue itself pages may show what has changed. */
const NEAR_MS = 2_000;
/** With each goes its page. */
const NEAR_PRODUCTS = 2_000;
const NEAR_LISTED = 10_000;

/** The catalogue's answers; those that any visitor may get are kept for two seconds. */
export class CatalogClient {
  readonly #peer: Peer;
  readonly #products = new NearMemory<Product>({ milliseconds: NEAR_MS, capacity: NEAR_PRODUCTS });
  readonly #pages = new NearMemory<ProductPage>({
    milliseconds: NEAR_MS,
    capacity: NEAR_LISTED,
    weigh: ({ products }) => 1 + products.length,
  });

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  async categories(locale: Locale, requestId: string) {
    const request = { path: "/categories", query: { locale }, requestId };
    return (await this.#peer.call(categoryList, request)).categories;
  }

  async list(query: ProductQuery, requestId: string) {
    return await this.#pages.remember(JSON.stringify(query), () =>
      this.#peer.call(productPage, { path: "/products", query, requestId }),
    );
  }

  async bySlug(slug: string, locale: Locale, requestId: string) {
    const path = `/products/${encodeURIComponent(slug)}`;
    return await this.#products.remember(productKey(slug, locale), () =>
      this.#peer.call(product, { path, query: { locale }, requestId }),
    );
  }

  /** The next who looks at the product sees it as it is now. */
  forget(slug: string): void {
    for (const locale of LOCALES) this.#products.forget(productKey(slug, locale));
  }

  /** Never from memory: prices and stock decide what a buyer pays. */
  async byIds(ids: readonly number[], locale: Locale, requestId: string): Promise<Product[]> {
    if (ids.length === 0) return [];
    const query = { ids: ids.join(","), locale };
    return (await this.#peer.call(productBatch, { path: "/product-batch", query, requestId }))
      .products;
  }
}

function productKey(slug: string, locale: Locale): string {
  return `${locale}:${slug}`;
}
