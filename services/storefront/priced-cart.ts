import type { Product, ReservationLine } from "../shared/contracts/catalog.ts";

export interface PricedLine {
  product: Product;
  quantity: number;
  /** Why this line can't be bought as it is. */
  problem: string | undefined;
}

export interface PricedCart {
  lines: PricedLine[];
  pieces: number;
  totalMinor: number;
  currency: string;
  /** Why the cart can't be bought as it is. */
  problem: string | undefined;
}

/** Joins a cart with today's products; what is no longer sold is left out. */
export function priceCart(
  cart: readonly ReservationLine[],
  products: readonly Product[],
): PricedCart {
  const byId = new Map(products.map((product) => [product.id, product]));
  const lines = cart.flatMap(({ productId, quantity }) => {
    const product = byId.get(productId);
    return product ? [{ product, quantity, problem: shortage(product, quantity) }] : [];
  });
  return {
    lines,
    pieces: lines.reduce((sum, line) => sum + line.quantity, 0),
    totalMinor: lines.reduce((sum, line) => sum + line.product.priceMinor * line.quantity, 0),
    currency: lines[0]?.product.currency ?? "EUR",
    problem: lines.some((line) => line.problem)
      ? "Please change the lines that are not available in this quantity."
      : undefined,
  };
}

function shortage(product: Product, quantity: number): string | undefined {
  if (product.stock >= quantity) return undefined;
  return product.stock === 0 ? "Sold out" : `Only ${product.stock} left`;
}
