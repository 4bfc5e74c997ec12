import type {
  AuditEntry,
  AuditPage,
  AuditQuery,
  ManagedPage,
  ManagedProduct,
  ManagedQuery,
  ProductAddition,
  ProductDraft,
  ProductEdit,
  Restocking,
} from "../shared/contracts/administration.ts";
import { MAX_STOCK } from "../shared/contracts/limits.ts";
import type { Database, Queryable } from "../shared/database.ts";
import { ApiError } from "../shared/errors.ts";
import * as sql from "./administration-sql.ts";
import type { Answers } from "./answers.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import * as keys from "./keys.ts";

const PAGE_SIZE = 24;

interface Change {
  actor: string;
  idempotencyKey: string;
}

/** What administrators do to the catalogue; every change is written into the audit with it. */
export class Administration {
  readonly #database: Database;
  readonly #answers: Answers;

  constructor(database: Database, answers: Answers) {
    this.#database = database;
    this.#answers = answers;
  }

  async list({ q, maxStock, cursor, limit = PAGE_SIZE }: ManagedQuery): Promise<ManagedPage> {
    const after = cursor === undefined ? null : decodeCursor(cursor, "number").id;
    const parameters = [q?.replaceAll("\0", " ") ?? null, maxStock ?? null, after, limit + 1];
    const products = (await this.#database.read(sql.LIST, parameters)).map(sql.toManaged);
    return { products: products.slice(0, limit), nextCursor: nextCursor(products, limit) };
  }

  async find(id: number): Promise<ManagedProduct | undefined> {
    const [row] = await this.#database.read(sql.FIND, [id]);
    return row && sql.toManaged(row);
  }

  async audit({ productId, cursor }: AuditQuery): Promise<AuditPage> {
    const after = cursor === undefined ? null : decodeCursor(cursor, "number").id;
    const rows = await this.#database.read(sql.AUDIT, [productId ?? null, after, PAGE_SIZE + 1]);
    const entries = rows.map(sql.toEntry);
    return { entries: entries.slice(0, PAGE_SIZE), nextCursor: nextCursor(entries, PAGE_SIZE) };
  }

  /** @throws ApiError `unknown_category` (422) */
  async add(addition: ProductAddition, requestId: string): Promise<ManagedProduct> {
    return await this.#once(addition, requestId, "add", async (transaction) => {
      const { product, stock } = addition;
      await requireCategory(transaction, product.category);
      const slug = await freeSlug(transaction, product.name);
      const [row] = await transaction.query(sql.INSERT, [slug, ...values(product), stock]);
      return { before: undefined, after: sql.toManaged(row ?? {}) };
    });
  }

  /** @throws ApiError `unknown_product` (404), `edited_meanwhile` (409), `unknown_category` (422) */
  async edit(id: number, edit: ProductEdit, requestId: string): Promise<ManagedProduct> {
    return await this.#once(edit, requestId, "edit", async (transaction) => {
      const before = await lock(transaction, id);
      if (before.version !== edit.version) {
        throw new ApiError(409, "edited_meanwhile", "Somebody else has edited this product");
      }
      await requireCategory(transaction, edit.product.category);
      const [row] = await transaction.query(sql.UPDATE, [id, ...values(edit.product)]);
      return { before, after: sql.toManaged(row ?? {}) };
    });
  }

  /** @throws ApiError `unknown_product` (404), `stock_out_of_bounds` (409) */
  async restock(id: number, restocking: Restocking, requestId: string): Promise<ManagedProduct> {
    return await this.#once(restocking, requestId, "restock", async (transaction) => {
      const before = await lock(transaction, id);
      const stock = before.stock + restocking.pieces;
      if (stock < 0 || stock > MAX_STOCK) {
        throw new ApiError(
          409,
          "stock_out_of_bounds",
          `The stock is ${before.stock}; with this it would be ${stock}, not 0 to ${MAX_STOCK}`,
        );
      }
      const [row] = await transaction.query(sql.ADD_STOCK, [id, restocking.pieces]);
      return { before, after: sql.toManaged(row ?? {}) };
    });
  }

  /** A change that was made already, under this key, is answered with the product as it is now. */
  async #once(
    { actor, idempotencyKey }: Change,
    requestId: string,
    action: AuditEntry["action"],
    work: (
      transaction: Queryable,
    ) => Promise<{ before: ManagedProduct | undefined; after: ManagedProduct }>,
  ): Promise<ManagedProduct> {
    const product = await this.#database.transaction(async (transaction) => {
      await transaction.query(sql.LOCK_KEY, [idempotencyKey]);
      const [done] = await transaction.query(sql.FIND_CHANGE, [idempotencyKey]);
      if (done) return await lock(transaction, Number(done.product_id));
      const { before, after } = await work(transaction);
      const changes = difference(before, after);
      await transaction.query(sql.RECORD, [
        actor,
        action,
        after.id,
        changes.before,
        changes.after,
        requestId,
        idempotencyKey,
      ]);
      return after;
    });
    await this.#answers.forget(keys.productEverywhere(product.slug));
    return product;
  }
}

function values(draft: ProductDraft): unknown[] {
  const { name, nameZh, description, descriptionZh, category, priceMinor, image } = draft;
  return [name, nameZh, description, descriptionZh, category, priceMinor, image];
}

async function lock(transaction: Queryable, id: number): Promise<ManagedProduct> {
  const [row] = await transaction.query(sql.LOCK, [id]);
  if (!row) throw new ApiError(404, "unknown_product", "There is no such product");
  return sql.toManaged(row);
}

async function requireCategory(transaction: Queryable, slug: string): Promise<void> {
  const [row] = await transaction.query(sql.HAS_CATEGORY, [slug]);
  if (!row) throw new ApiError(422, "unknown_category", "There is no such category");
}

async function freeSlug(transaction: Queryable, name: string): Promise<string> {
  // One addition after the other, so that two of the same name don't choose the same address.
  await transaction.query(sql.LOCK_KEY, ["addition"]);
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain.match(/[a-z0-9]+/g) ?? ["product"];
  const slug = words.join("-").slice(0, 100).replace(/-$/, "");
  const rows = await transaction.query(sql.SIMILAR_SLUGS, [slug]);
  const taken = new Set(rows.map((row) => row.slug));
  let free = slug;
  for (let number = 2; taken.has(free); number += 1) free = `${slug}-${number}`;
  return free;
}

function difference(before: ManagedProduct | undefined, after: ManagedProduct) {
  if (before === undefined) return { before: null, after };
  const changed = (Object.keys(after) as (keyof ManagedProduct)[]).filter(
    (key) => key !== "version" && before[key] !== after[key],
  );
  const only = (product: ManagedProduct) =>
    Object.fromEntries(changed.map((key) => [key, product[key]]));
  return { before: only(before), after: only(after) };
}

function nextCursor(rows: readonly { id: number }[], limit: number): string | null {
  const last = rows[limit - 1];
  return rows.length > limit && last ? encodeCursor({ key: 0, id: last.id }) : null;
}
