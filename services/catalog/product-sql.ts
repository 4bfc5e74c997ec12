import type { Locale, Product, Sort } from "../shared/contracts/catalog.ts";
import type { Row, Statement } from "../shared/database.ts";

export interface SortPlan {
  /** What rows are sorted by, and under which name the last one's key is found. */
  expression: string;
  sqlType: "integer" | "bigint" | "text";
  keyType: "string" | "number";
  descending: boolean;
}

// Chinese names sort by their sound, as in a dictionary.
const NAMES: Record<Locale, string> = {
  en: "name",
  zh: `(coalesce(name_zh, name) COLLATE "zh-x-icu")`,
};

export function sortPlan(sort: Sort, locale: Locale): SortPlan {
  const price = { expression: "price_minor", sqlType: "integer", keyType: "number" } as const;
  const plans: Record<Sort, SortPlan> = {
    featured: { expression: "rank", sqlType: "integer", keyType: "number", descending: false },
    newest: { expression: "id", sqlType: "bigint", keyType: "number", descending: true },
    "price-asc": { ...price, descending: false },
    "price-desc": { ...price, descending: true },
    name: { expression: NAMES[locale], sqlType: "text", keyType: "string", descending: false },
  };
  return plans[sort];
}

const TEXTS: Record<Locale, string> = {
  en: "name, description",
  zh: "coalesce(name_zh, name) AS name, coalesce(description_zh, description) AS description",
};

function columns(locale: Locale): string {
  return `id, slug, ${TEXTS[locale]}, category, price_minor, currency, stock, image`;
}

/** Parameters $1 to $4: category, lowest and highest price, each or null; only what is in stock. */
const FILTER = `($1::text IS NULL OR category = $1)
  AND ($2::integer IS NULL OR price_minor >= $2) AND ($3::integer IS NULL OR price_minor <= $3)
  AND (NOT $4::boolean OR stock > 0)`;

/** Parameters: those of the filter, key and id of the last product seen or null, row count. */
export function LIST(sort: Sort, locale: Locale): Statement {
  const { expression, sqlType, descending } = sortPlan(sort, locale);
  const [direction, beyond] = descending ? ["DESC", "<"] : ["ASC", ">"];
  return {
    name: `list-${sort}-${locale}`,
    text: `SELECT ${columns(locale)}, ${expression} AS sort_key FROM products
           WHERE ${FILTER}
             AND ($5::${sqlType} IS NULL OR (${expression}, id) ${beyond} ($5::${sqlType}, $6::bigint))
           ORDER BY ${expression} ${direction}, id ${direction} LIMIT $7`,
  };
}

export const HAS_SIMILARITY: Statement = {
  name: "has-similarity",
  text: "SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'",
};

/** Parameters: those of the filter, row count, offset, search text. */
export function SEARCH(similarity: boolean, locale: Locale): Statement {
  // Finds "stonware" in a long name: one or two wrong letters pass. The operator, unlike the
  // function, can use the index.
  const alike = similarity ? "OR $7 <% name" : "";
  const likeness = similarity ? "+ word_similarity($7, name)" : "";
  return {
    name: `search-${similarity ? "similar" : "exact"}-${locale}`,
    text: `SELECT ${columns(locale)} FROM products
           WHERE ${FILTER} AND (words @@ websearch_to_tsquery('english', $7) ${alike})
           ORDER BY ts_rank(words, websearch_to_tsquery('english', $7)) ${likeness} DESC, id
           LIMIT $5 OFFSET $6`,
  };
}

/** Parameters: those of the filter, row count, offset, search text, its grams, the rest of it. */
export function SEARCH_HAN(locale: Locale): Statement {
  return {
    name: `search-han-${locale}`,
    text: `SELECT ${columns(locale)} FROM products
           WHERE ${FILTER}
             AND (grams_zh @@ $8::tsquery
                  OR category = (SELECT slug FROM categories WHERE name_zh = $7))
             AND ($9::text = '' OR words @@ websearch_to_tsquery('english', $9)
                  OR name_zh ILIKE '%' || $9 || '%')
           ORDER BY ts_rank(grams_zh, $8::tsquery) DESC, id
           LIMIT $5 OFFSET $6`,
  };
}

export function BY_SLUG(locale: Locale): Statement {
  return {
    name: `product-by-slug-${locale}`,
    text: `SELECT ${columns(locale)} FROM products WHERE slug = $1`,
  };
}

export function BY_IDS(locale: Locale): Statement {
  return {
    name: `products-by-id-${locale}`,
    text: `SELECT ${columns(locale)} FROM products WHERE id = ANY($1) ORDER BY id`,
  };
}

export function CATEGORIES(locale: Locale): Statement {
  const texts =
    locale === "en"
      ? "c.name, c.description"
      : "coalesce(c.name_zh, c.name) AS name, coalesce(c.description_zh, c.description) AS description";
  return {
    name: `categories-${locale}`,
    text: `SELECT c.slug, ${texts}, c.image, count(p.id) AS "productCount"
           FROM categories c LEFT JOIN products p ON p.category = c.slug
           GROUP BY c.slug ORDER BY c.position`,
  };
}

export function toProduct(row: Row): Product {
  return {
    id: Number(row.id),
    slug: String(row.slug),
    name: String(row.name),
    description: String(row.description),
    category: String(row.category),
    priceMinor: Number(row.price_minor),
    currency: String(row.currency),
    stock: Number(row.stock),
    image: String(row.image),
  };
}
