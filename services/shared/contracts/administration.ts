import type { Static } from "typebox";
import Type from "typebox";
import { AccountId } from "./accounts.ts";
import { ProductId, Slug } from "./catalog.ts";
import { MAX_PAGE_SIZE, MAX_PRICE_MINOR, MAX_STOCK } from "./limits.ts";

const Name = Type.String({ minLength: 1, maxLength: 120, pattern: "\\S" });
const Description = Type.String({ minLength: 1, maxLength: 400, pattern: "\\S" });
const Stock = Type.Integer({ minimum: 0, maximum: MAX_STOCK });
const Key = Type.String({ pattern: "^[\\w-]{16,64}$" });

/** What an administrator may say about a product; everything else is the catalogue's own. */
const draft = {
  name: Name,
  nameZh: Name,
  description: Description,
  descriptionZh: Description,
  category: Slug,
  priceMinor: Type.Integer({ minimum: 0, maximum: MAX_PRICE_MINOR }),
  image: Type.String({ pattern: "^/pictures/[a-z-]{1,40}-\\d-\\d\\.svg$" }),
};
export const ProductDraft = Type.Object(draft, { additionalProperties: false });
export type ProductDraft = Static<typeof ProductDraft>;

export const ManagedProduct = Type.Object({
  id: ProductId,
  slug: Slug,
  ...draft,
  currency: Type.String({ pattern: "^[A-Z]{3}$" }),
  stock: Type.Integer({ minimum: 0 }),
  /** Raised with every edit. */
  version: Type.Integer({ minimum: 1 }),
});
export type ManagedProduct = Static<typeof ManagedProduct>;

const change = {
  /** The administrator's account. */
  actor: AccountId,
  /** Chosen by the caller, one per change that is meant: repeating it is harmless. */
  idempotencyKey: Key,
};

export const ProductAddition = Type.Object(
  { ...change, product: ProductDraft, stock: Stock },
  { additionalProperties: false },
);
export type ProductAddition = Static<typeof ProductAddition>;

export const ProductEdit = Type.Object(
  {
    ...change,
    product: ProductDraft,
    /** Of the product that the editor saw. */
    version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
  },
  { additionalProperties: false },
);
export type ProductEdit = Static<typeof ProductEdit>;

export const Restocking = Type.Object(
  {
    ...change,
    /** Added to the stock; negative for pieces that are lost or broken. */
    pieces: Type.Integer({ minimum: -MAX_STOCK, maximum: MAX_STOCK }),
  },
  { additionalProperties: false },
);
export type Restocking = Static<typeof Restocking>;

const Cursor = Type.Optional(Type.String({ maxLength: 300 }));

export const ManagedQuery = Type.Object({
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  maxStock: Type.Optional(Stock),
  cursor: Cursor,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE })),
});
export type ManagedQuery = Static<typeof ManagedQuery>;

const nextCursor = Type.Union([Type.String(), Type.Null()]);

export const ManagedPage = Type.Object({ products: Type.Array(ManagedProduct), nextCursor });
export type ManagedPage = Static<typeof ManagedPage>;

export const AUDIT_ACTIONS = ["add", "edit", "restock"] as const;

const Snapshot = Type.Record(Type.String(), Type.Unknown());

export const AuditEntry = Type.Object({
  id: Type.Integer(),
  at: Type.String(),
  actor: Type.String(),
  action: Type.Enum(AUDIT_ACTIONS),
  productId: ProductId,
  productName: Type.String(),
  /** Only what has changed; null where there was nothing before. */
  before: Type.Union([Snapshot, Type.Null()]),
  after: Snapshot,
});
export type AuditEntry = Static<typeof AuditEntry>;

export const AuditQuery = Type.Object({ productId: Type.Optional(ProductId), cursor: Cursor });
export type AuditQuery = Static<typeof AuditQuery>;

export const AuditPage = Type.Object({ entries: Type.Array(AuditEntry), nextCursor });
export type AuditPage = Static<typeof AuditPage>;
