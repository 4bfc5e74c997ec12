import type { Locale, Product, ProductPage, ProductQuery } from "../shared/contracts/catalog.ts";
import type { Parameters, Row } from "../shared/database.ts";
import { ApiError } from "../shared/errors.ts";
import type { Reader, StandbyReads } from "../shared/standby-reads.ts";
import type { Answer, Answers } from "./answers.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { parseHan } from "./han.ts";
import * as keys from "./keys.ts";
import * as sql from "./product-sql.ts";

const PRODUCT_SECONDS = 30;
const LIST_SECONDS = 10;
const DEFAULT_LIMIT = 24;
/** Deeper than anybody reads; keeps the cost of a search bounded. */
const MAX_SEARCH_RESULTS = 480;

/** Reads of the catalogue, from the caches where they can help. */
export class ProductReader {
  readonly #newest: Reader;
  readonly #lists: Reader;
  readonly #answers: Answers;
  #similarity: boolean | undefined;

  constructor({ newest, lists }: StandbyReads, answers: Answers) {
    this.#newest = newest;
    this.#lists = lists;
    this.#answers = answers;
  }

  /** A `CategoryList`. */
  categories(locale: Locale): Answer {
    return this.#answers.remember(keys.categories(locale), LIST_SECONDS, async () => ({
      categories: await this.#lists.read(sql.CATEGORIES(locale)),
    }));
  }

  /** A `Product`. @throws ApiError `unknown_product` (404) */
  bySlug(slug: string, locale: Locale): Answer {
    return this.#answers.remember(keys.product(slug, locale), PRODUCT_SECONDS, async () => {
      const [row] = await this.#newest.read(sql.BY_SLUG(locale), [slug]);
      if (!row) throw new ApiError(404, "unknown_product", "There is no such product");
      return sql.toProduct(row);
    });
  }

  /** Never from the cache: prices and stock decide what a buyer pays. */
  async byIds(ids: readonly number[], locale: Locale): Promise<Product[]> {
    return (await this.#newest.read(sql.BY_IDS(locale), [ids])).map(sql.toProduct);
  }

  /** A `ProductPage`. */
  list(query: ProductQuery): Answer {
    const locale = query.locale ?? "en";
    const limit = query.limit ?? DEFAULT_LIMIT;
    const load = () =>
      query.q === undefined
        ? this.#browse(query, locale, limit)
        : this.#search(query, query.q.replaceAll("\0", " "), locale, limit);
    return this.#answers.remember(keys.list({ ...query, limit }, locale), LIST_SECONDS, load);
  }

  async #browse(query: ProductQuery, locale: Locale, limit: number): Promise<ProductPage> {
    const sort = query.sort ?? "featured";
    const { keyType } = sql.sortPlan(sort, locale);
    const start = query.cursor ? decodeCursor(query.cursor, keyType) : undefined;
    const rows = await this.#lists.read(sql.LIST(sort, locale), [
      ...filter(query),
      start?.key ?? null,
      start?.id ?? null,
      limit + 1,
    ]);
    const last = rows[limit - 1];
    const more = rows.length > limit && last !== undefined;
    return {
      products: rows.slice(0, limit).map(sql.toProduct),
      nextCursor: more
        ? encodeCursor({ key: last.sort_key as string | number, id: Number(last.id) })
        : null,
    };
  }

  async #search(
    query: ProductQuery,
    text: string,
    locale: Locale,
    limit: number,
  ): Promise<ProductPage> {
    // Relevance is computed per search, so a page is found by its place and not by a sort key.
    const offset = query.cursor ? Math.abs(Number(decodeCursor(query.cursor, "number").key)) : 0;
    if (offset >= MAX_SEARCH_RESULTS) return { products: [], nextCursor: null };
    const rows = await this.#matches(text, locale, [...filter(query), limit + 1, offset]);
    return {
      products: rows.slice(0, limit).map(sql.toProduct),
      nextCursor: rows.length > limit ? encodeCursor({ key: offset + limit, id: 0 }) : null,
    };
  }

  async #matches(text: string, locale: Locale, window: Parameters): Promise<Row[]> {
    const han = parseHan(text);
    if (han === undefined) {
      return await this.#lists.read(sql.SEARCH(await this.#hasSimilarity(), locale), [
        ...window,
        text,
      ]);
    }
    const statement = sql.SEARCH_HAN(locale);
    const exact = await this.#lists.read(statement, [...window, text, han.all, han.rest]);
    if (exact.length > 0) return exact;
    // A wrong character, or a foreign word that no product has: whatever comes near.
    return await this.#lists.read(statement, [...window, text, han.any, ""]);
  }

  async #hasSimilarity(): Promise<boolean> {
    this.#similarity ??= (await this.#newest.read(sql.HAS_SIMILARITY)).length > 0;
    return this.#similarity;
  }
}

/** The first four parameters of every list. */
function filter({ category, minPrice, maxPrice, inStock }: ProductQuery): Parameters {
  return [category ?? null, minPrice ?? null, maxPrice ?? null, inStock ?? false];
}
