import type { Session } from "../../shared/database.ts";
import type { Logger } from "../../shared/logger.ts";
import { generateCategories, generateProduct, type SeedProduct } from "./generate.ts";

const BATCH = 1_000;

const INSERT_CATEGORIES = `
  INSERT INTO categories (slug, name, description, name_zh, description_zh, image, position)
  SELECT slug, name, description, name_zh, description_zh, image, position
  FROM jsonb_to_recordset($1::jsonb)
    AS row (slug text, name text, description text, name_zh text, description_zh text,
            image text, position integer)
  ON CONFLICT (slug) DO NOTHING`;

const TRANSLATE_CATEGORIES = `
  UPDATE categories SET name_zh = row.name_zh, description_zh = row.description_zh
  FROM jsonb_to_recordset($1::jsonb) AS row (slug text, name_zh text, description_zh text)
  WHERE categories.slug = row.slug AND categories.name_zh IS NULL`;

const INSERT_PRODUCTS = `
  INSERT INTO products (id, slug, name, description, name_zh, description_zh,
                        category, price_minor, currency, stock, image, rank)
  SELECT id, slug, name, description, name_zh, description_zh,
         category, price_minor, currency, stock, image, rank
  FROM jsonb_to_recordset($1::jsonb)
    AS row (id bigint, slug text, name text, description text, name_zh text, description_zh text,
            category text, price_minor integer, currency text, stock integer, image text,
            rank integer)
  ON CONFLICT DO NOTHING`;

const TRANSLATE_PRODUCTS = `
  UPDATE products SET name_zh = row.name_zh, description_zh = row.description_zh
  FROM jsonb_to_recordset($1::jsonb)
    AS row (id bigint, slug text, name_zh text, description_zh text)
  WHERE products.id = row.id AND products.slug = row.slug AND products.name_zh IS NULL`;

/**
 * Fills the catalogue up to `wanted` generated products. Only numbers that were never put in before
 * are: what somebody deleted stays deleted. Called under the migration lock.
 */
export async function seedCatalogue(session: Session, wanted: number, log: Logger): Promise<void> {
  const [row] = await session.execute("SELECT products, translated FROM seeding");
  const present = Number(row?.products ?? 0);
  const translated = Number(row?.translated ?? 0);
  if (present >= wanted && translated >= present) return;
  const started = performance.now();
  const seeded = Math.max(present, wanted);
  await session.execute("BEGIN");
  const categories = JSON.stringify(generateCategories());
  await session.execute(INSERT_CATEGORIES, [categories]);
  await session.execute(TRANSLATE_CATEGORIES, [categories]);
  await inBatches(session, TRANSLATE_PRODUCTS, translated, present);
  await inBatches(session, INSERT_PRODUCTS, present, seeded);
  await session.execute("UPDATE seeding SET products = $1, translated = $1", [seeded]);
  await session.execute(
    `SELECT setval(pg_get_serial_sequence('products', 'id'),
                   greatest((SELECT max(id) FROM products), 1000000))`,
  );
  await session.execute("COMMIT");
  await session.execute("ANALYZE products");
  const milliseconds = Math.round(performance.now() - started);
  log.info({ products: seeded - present, milliseconds }, "catalogue seeded");
}

async function inBatches(session: Session, sql: string, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += BATCH) {
    const length = Math.min(BATCH, to - start);
    const products: SeedProduct[] = Array.from({ length }, (_, offset) =>
      generateProduct(start + offset),
    );
    await session.execute(sql, [JSON.stringify(products)]);
  }
}
