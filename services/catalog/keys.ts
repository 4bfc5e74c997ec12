import type { Locale, ProductQuery } from "../shared/contracts/catalog.ts";
import { LOCALES } from "../shared/contracts/catalog.ts";

// Raised when the shape of cached values changes: old and new replicas share the cache during a
// roll-out.
const VERSION = "catalog:3";

export function categories(locale: Locale): string {
  return `${VERSION}:${locale}:categories`;
}

export function product(slug: string, locale: Locale): string {
  return `${VERSION}:${locale}:product:${slug}`;
}

/** In every language: what to forget when a product has changed. */
export function productEverywhere(slug: string): string[] {
  return LOCALES.map((locale) => product(slug, locale));
}

export function list(query: ProductQuery, locale: Locale): string {
  const { category, q, minPrice, maxPrice, inStock, sort, cursor, limit } = query;
  const parts = [category, q, minPrice, maxPrice, inStock, sort, cursor, limit];
  return `${VERSION}:${locale}:list:${JSON.stringify(parts)}`;
}
