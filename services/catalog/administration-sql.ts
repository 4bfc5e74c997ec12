import type { AuditEntry, ManagedProduct } from "../shared/contracts/administration.ts";
import type { Row, Statement } from "../shared/database.ts";

const COLUMNS = `id, slug, name, coalesce(name_zh, name) AS name_zh, description,
  coalesce(description_zh, description) AS description_zh,
  category, price_minor, currency, stock, image, version`;

/** Changes with the same key wait for each other until the end of the transaction. */
export const LOCK_KEY: Statement = {
  name: "lock-change",
  text: "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
};

export const FIND_CHANGE: Statement = {
  name: "find-change",
  text: "SELECT product_id FROM audit WHERE idempotency_key = $1",
};

export const FIND: Statement = {
  name: "find-managed",
  text: `SELECT ${COLUMNS} FROM products WHERE id = $1`,
};

export const LOCK: Statement = { name: "lock-managed", text: `${FIND.text} FOR UPDATE` };

/** Parameters: text or null, highest stock or null, id of the last one seen or null, row count. */
export const LIST: Statement = {
  name: "list-managed",
  text: `SELECT ${COLUMNS} FROM products
         WHERE ($1::text IS NULL OR strpos(lower(name), lower($1)) > 0 OR strpos(name_zh, $1) > 0)
           AND ($2::integer IS NULL OR stock <= $2) AND ($3::bigint IS NULL OR id < $3)
         ORDER BY id DESC LIMIT $4`,
};

export const HAS_CATEGORY: Statement = {
  name: "has-category",
  text: "SELECT 1 FROM categories WHERE slug = $1",
};

/** Of addresses that begin alike, to find one that is free. */
export const SIMILAR_SLUGS: Statement = {
  name: "similar-slugs",
  text: "SELECT slug FROM products WHERE slug = $1 OR slug LIKE $1 || '-%'",
};

/** What somebody added by hand comes before what was generated. */
export const INSERT: Statement = {
  name: "insert-managed",
  text: `INSERT INTO products (slug, name, name_zh, description, description_zh, category,
                               price_minor, image, stock, currency, rank)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'EUR', 0) RETURNING ${COLUMNS}`,
};

export const UPDATE: Statement = {
  name: "update-managed",
  text: `UPDATE products SET name = $2, name_zh = $3, description = $4, description_zh = $5,
                             category = $6, price_minor = $7, image = $8, version = version + 1
         WHERE id = $1 RETURNING ${COLUMNS}`,
};

export const ADD_STOCK: Statement = {
  name: "add-stock",
  text: `UPDATE products SET stock = stock + $2 WHERE id = $1 RETURNING ${COLUMNS}`,
};

export const RECORD: Statement = {
  name: "record-change",
  text: `INSERT INTO audit (actor, action, product_id, before, after, request_id, idempotency_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

/** Parameters: product or null, id of the last entry seen or null, row count. */
export const AUDIT: Statement = {
  name: "list-audit",
  text: `SELECT audit.id, at, actor, action, product_id, before, after, products.name
         FROM audit JOIN products ON products.id = product_id
         WHERE ($1::bigint IS NULL OR product_id = $1) AND ($2::bigint IS NULL OR audit.id < $2)
         ORDER BY audit.id DESC LIMIT $3`,
};

export function toManaged(row: Row): ManagedProduct {
  return {
    id: Number(row.id),
    slug: String(row.slug),
    name: String(row.name),
    nameZh: String(row.name_zh),
    description: String(row.description),
    descriptionZh: String(row.description_zh),
    category: String(row.category),
    priceMinor: Number(row.price_minor),
    currency: String(row.currency),
    stock: Number(row.stock),
    image: String(row.image),
    version: Number(row.version),
  };
}

export function toEntry(row: Row): AuditEntry {
  return {
    id: Number(row.id),
    at: (row.at as Date).toISOString(),
    actor: String(row.actor),
    action: row.action as AuditEntry["action"],
    productId: Number(row.product_id),
    productName: String(row.name),
    before: row.before as AuditEntry["before"],
    after: row.after as AuditEntry["after"],
  };
}
