import type { Static } from "typebox";
import Type from "typebox";
import { MAX_LINES, MAX_PAGE_SIZE, MAX_QUANTITY } from "./limits.ts";

export const Slug = Type.String({ pattern: "^[a-z0-9]+(-[a-z0-9]+)*$", maxLength: 120 });
export const ProductId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
export const Quantity = Type.Integer({ minimum: 1, maximum: MAX_QUANTITY });
/** As made by this store: opaque to others, but safe in logs and keys. */
export const OrderId = Type.String({ pattern: "^[0-9a-f]{3}-[0-9a-f-]{36}$" });

/** The languages that products are described in. */
export const LOCALES = ["en", "zh"] as const;
export const Locale = Type.Enum(LOCALES);
export type Locale = Static<typeof Locale>;

const Price = Type.Integer({ minimum: 0, maximum: 100_000_000 });

/** In the language that was asked for. */
export const Product = Type.Object({
  id: ProductId,
  slug: Slug,
  name: Type.String(),
  description: Type.String(),
  category: Slug,
  /** In the currency's smallest unit (cents). */
  priceMinor: Type.Integer({ minimum: 0 }),
  currency: Type.String({ pattern: "^[A-Z]{3}$" }),
  stock: Type.Integer({ minimum: 0 }),
  /** Path of the picture on the storefront. */
  image: Type.String(),
});
export type Product = Static<typeof Product>;

export const Category = Type.Object({
  slug: Slug,
  name: Type.String(),
  description: Type.String(),
  image: Type.String(),
  productCount: Type.Integer(),
});
export type Category = Static<typeof Category>;
export const CategoryList = Type.Object({ categories: Type.Array(Category) });

export const SORTS = ["featured", "newest", "price-asc", "price-desc", "name"] as const;
export type Sort = (typeof SORTS)[number];

export const InLocale = Type.Object({ locale: Type.Optional(Locale) });

export const ProductQuery = Type.Object({
  locale: Type.Optional(Locale),
  category: Type.Optional(Slug),
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  /** Bounds of the price, both included, in the currency's smallest unit. */
  minPrice: Type.Optional(Price),
  maxPrice: Type.Optional(Price),
  /** Only what can be bought now. */
  inStock: Type.Optional(Type.Boolean()),
  sort: Type.Optional(Type.Enum(SORTS)),
  cursor: Type.Optional(Type.String({ maxLength: 300 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE })),
});
export type ProductQuery = Static<typeof ProductQuery>;

export const ProductPage = Type.Object({
  products: Type.Array(Product),
  /** Ask for the next page with it; null on the last one. */
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});
export type ProductPage = Static<typeof ProductPage>;

export const ProductBatch = Type.Object({ products: Type.Array(Product) });

export const ReservationLine = Type.Object({ productId: ProductId, quantity: Quantity });
export type ReservationLine = Static<typeof ReservationLine>;

export const ReservationRequest = Type.Object({
  orderId: OrderId,
  lines: Type.Array(ReservationLine, { minItems: 1, maxItems: MAX_LINES }),
});
export type ReservationRequest = Static<typeof ReservationRequest>;

export const Reservation = Type.Object({
  orderId: OrderId,
  state: Type.Enum(["held", "released"] as const),
});
export type Reservation = Static<typeof Reservation>;
