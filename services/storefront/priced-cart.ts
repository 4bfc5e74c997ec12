import type { Product, ReservationLine } from "../shared/contracts/catalog.ts";

export interface PricedLine {
  product: Product;
  quantity: number;
  /** Fewer are there than wanted. */
  short: boolean;
}

export interface PricedCart {
  lines: PricedLine[];
  pieces: number;
  totalMinor: number;
  currency: string;
  /** It can't be bought as it is, for a line that is short. */
  short: boolean;
}

/** Joins a cart with today's products; what is no longer sold is left out. */
export function priceCart(
  cart: readonly ReservationLine[],
  products: readonly Product[],
): PricedCart {
  const byId = new Map(products.map((product) => [product.id, product]));
  const lines = cart.flatMap(({ productId, quantity }) => {
    const product = byId.get(productId);
    return product ? [{ product, quantity, short: product.stock < quantity }] : [];
  });
  return {
    lines,
    pieces: lines.reduce((sum, line) => sum + line.quantity, 0),
    totalMinor: lines.reduce((sum, line) => sum + line.product.priceMinor * line.quantity, 0),
    currency: lines[0]?.product.currency ?? "EUR",
    short: lines.some((line) => line.short),
  };
}
