import type { Session } from "../../shared/database.ts";
import type { Logger } from "../../shared/logger.ts";
import { generateCategories, generateProduct } from "./generate.ts";

const BATCH = 1_000;

const INSERT_CATEGORIES = `
  INSERT INTO categories (slug, name, description, image, position)
  SELECT slug, name, description, image, position
  FROM jsonb_to_recordset($1::jsonb)
    AS row (slug text, name text, description text, image text, position integer)
  ON CONFLICT (slug) DO NOTHING`;

const INSERT_PRODUCTS = `
  INSERT INTO products
    (id, slug, name, description, category, price_minor, currency, stock, image, rank)
  SELECT id, slug, name, description, category, price_minor, currency, stock, image, rank
  FROM jsonb_to_recordset($1::jsonb)
    AS row (id bigint, slug text, name text, description text, category text,
            price_minor integer, currency text, stock integer, image text, rank integer)
  ON CONFLICT DO NOTHING`;

/**
 * Fills the catalogue up to `wanted` generated products. Only numbers that were never put in before
 * are: what somebody deleted stays deleted. Called under the migration lock.
 */
export async function seedCatalogue(session: Session, wanted: number, log: Logger): Promise<void> {
  const [row] = await session.execute("SELECT products FROM seeding");
  const present = Number(row?.products ?? 0);
  if (present >= wanted) return;
  await session.execute("BEGIN");
  await session.execute(INSERT_CATEGORIES, [JSON.stringify(generateCategories())]);
  for (let start = present; start < wanted; start += BATCH) {
    const length = Math.min(BATCH, wanted - start);
    const products = Array.from({ length }, (_, offset) => generateProduct(start + offset));
    await session.execute(INSERT_PRODUCTS, [JSON.stringify(products)]);
  }
  await session.execute("UPDATE seeding SET products = $1", [wanted]);
  await session.execute(
    `SELECT setval(pg_get_serial_sequence('products', 'id'),
                   greatest((SELECT max(id) FROM products), 1000000))`,
  );
  await session.execute("COMMIT");
  log.info({ products: wanted - present }, "catalogue seeded");
}
