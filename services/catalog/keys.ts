import type { ProductQuery } from "../shared/contracts/catalog.ts";

// Raised when the shape of cached values changes: old and new replicas share the cache during a
// roll-out.
const VERSION = "catalog:1";

export const CATEGORIES = `${VERSION}:categories`;

export function product(slug: string): string {
  return `${VERSION}:product:${slug}`;
}

export function list(query: ProductQuery): string {
  const { category, q, sort, cursor, limit } = query;
  return `${VERSION}:list:${JSON.stringify([category, q, sort, cursor, limit])}`;
}
