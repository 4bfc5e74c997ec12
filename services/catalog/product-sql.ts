import type { Product, Sort } from "../shared/contracts/catalog.ts";
import type { Row, Statement } from "../shared/database.ts";

export interface SortPlan {
  column: "rank" | "id" | "price_minor" | "name";
  sqlType: "integer" | "bigint" | "text";
  keyType: "string" | "number";
  descending: boolean;
}

const PLANS: Record<Sort, SortPlan> = {
  featured: { column: "rank", sqlType: "integer", keyType: "number", descending: false },
  newest: { column: "id", sqlType: "bigint", keyType: "number", descending: true },
  "price-asc": { column: "price_minor", sqlType: "integer", keyType: "number", descending: false },
  "price-desc": { column: "price_minor", sqlType: "integer", keyType: "number", descending: true },
  name: { column: "name", sqlType: "text", keyType: "string", descending: false },
};

export function sortPlan(sort: Sort): SortPlan {
  return PLANS[sort];
}

/** Parameters: category or null, key and id of the last product seen or null, row count. */
export function LIST({ column, sqlType, descending }: SortPlan): Statement {
  const [direction, beyond] = descending ? ["DESC", "<"] : ["ASC", ">"];
  return {
    name: `list-${column}-${direction}`,
    text: `SELECT * FROM products
           WHERE ($1::text IS NULL OR category = $1)
             AND ($2::${sqlType} IS NULL OR (${column}, id) ${beyond} ($2::${sqlType}, $3::bigint))
           ORDER BY ${column} ${direction}, id ${direction} LIMIT $4`,
  };
}

export const HAS_SIMILARITY: Statement = {
  name: "has-similarity",
  text: "SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'",
};

/** Parameters: search text, category or null, row count, offset. */
export function SEARCH(similarity: boolean): Statement {
  // Finds "stonware" in a long name: one or two wrong letters pass. The operator, unlike the
  // function, can use the index.
  const alike = similarity ? "OR $1 <% name" : "";
  const likeness = similarity ? "+ word_similarity($1, name)" : "";
  return {
    name: `search-${similarity ? "similar" : "exact"}`,
    text: `SELECT * FROM products
           WHERE ($2::text IS NULL OR category = $2)
             AND (words @@ websearch_to_tsquery('english', $1) ${alike})
           ORDER BY ts_rank(words, websearch_to_tsquery('english', $1)) ${likeness} DESC, id
           LIMIT $3 OFFSET $4`,
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
