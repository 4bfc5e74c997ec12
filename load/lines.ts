import type { Line } from "./ledger.ts";

/** What an order is about, like `12x1 17x2`: the same text for the same lines in any order. */
export function linesOf(lines: readonly Line[]): string {
  return lines
    .toSorted((a, b) => a.productId - b.productId)
    .map(({ productId, quantity }) => `${productId}x${quantity}`)
    .join(" ");
}
