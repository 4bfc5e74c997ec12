import type { Cache } from "../shared/cache.ts";
import type { Category, Product, ProductPage, ProductQuery } from "../shared/contracts/catalog.ts";
import type { Database } from "../shared/database.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import * as keys from "./keys.ts";
import { HAS_SIMILARITY, LIST, SEARCH, type SortPlan, sortPlan, toProduct } from "./product-sql.ts";

const PRODUCT_SECONDS = 30;
const LIST_SECONDS = 10;
const DEFAULT_LIMIT = 24;
/** Deeper than anybody reads; keeps the cost of a search bounded. */
const MAX_SEARCH_RESULTS = 480;

/** Reads of the catalogue, from the cache where it can help. */
export class ProductReader {
  readonly #database: Database;
  readonly #cache: Cache;
  #similarity: boolean | undefined;

  constructor(database: Database, cache: Cache) {
    this.#database = database;
    this.#cache = cache;
  }

  async categories(): Promise<Category[]> {
    return await this.#cache.remember(keys.CATEGORIES, LIST_SECONDS, async () => {
      const rows = await this.#database.read({
        name: "categories",
        text: `SELECT c.slug, c.name, c.description, c.image, count(p.id) AS "productCount"
               FROM categories c LEFT JOIN products p ON p.category = c.slug
               GROUP BY c.slug ORDER BY c.position`,
      });
      return rows as Category[];
    });
  }

  async bySlug(slug: string): Promise<Product | undefined> {
    const found = await this.#cache.remember(keys.product(slug), PRODUCT_SECONDS, async () => {
      const rows = await this.#database.read(
        { name: "product-by-slug", text: "SELECT * FROM products WHERE slug = $1" },
        [slug],
      );
      return rows[0] ? toProduct(rows[0]) : undefined;
    });
    return found;
  }

  /** Never from the cache: prices and stock decide what a buyer pays. */
  async byIds(ids: readonly number[]): Promise<Product[]> {
    const rows = await this.#database.read(
      { name: "products-by-id", text: "SELECT * FROM products WHERE id = ANY($1) ORDER BY id" },
      [ids],
    );
    return rows.map(toProduct);
  }

  async list(query: ProductQuery): Promise<ProductPage> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const load = () =>
      query.q === undefined
        ? this.#browse(query, limit)
        : this.#search(query.q, query.category, query.cursor, limit);
    return await this.#cache.remember(keys.list({ ...query, limit }), LIST_SECONDS, load);
  }

  async #browse(query: ProductQuery, limit: number): Promise<ProductPage> {
    const plan: SortPlan = sortPlan(query.sort ?? "featured");
    const start = query.cursor ? decodeCursor(query.cursor, plan.keyType) : undefined;
    const rows = await this.#database.read(LIST(plan), [
      query.category ?? null,
      start?.key ?? null,
      start?.id ?? null,
      limit + 1,
    ]);
    const products = rows.slice(0, limit).map(toProduct);
    const last = rows[limit - 1];
    const more = rows.length > limit && last !== undefined;
    return {
      products,
      nextCursor: more
        ? encodeCursor({ key: last[plan.column] as string | number, id: Number(last.id) })
        : null,
    };
  }

  async #search(
    text: string,
    category: string | undefined,
    cursor: string | undefined,
    limit: number,
  ): Promise<ProductPage> {
    // Relevance is computed per search, so a page is found by its place and not by a sort key.
    const offset = cursor ? Math.abs(Number(decodeCursor(cursor, "number").key)) : 0;
    if (offset >= MAX_SEARCH_RESULTS) return { products: [], nextCursor: null };
    const words = text.replaceAll("\0", " ");
    const rows = await this.#database.read(SEARCH(await this.#hasSimilarity()), [
      words,
      category ?? null,
      limit + 1,
      offset,
    ]);
    return {
      products: rows.slice(0, limit).map(toProduct),
      nextCursor: rows.length > limit ? encodeCursor({ key: offset + limit, id: 0 }) : null,
    };
  }

  async #hasSimilarity(): Promise<boolean> {
    this.#similarity ??= (await this.#database.read(HAS_SIMILARITY)).length > 0;
    return this.#similarity;
  }
}
