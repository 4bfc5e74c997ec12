import { linksOf } from "./page.ts";
import type { Visitor } from "./visitor.ts";

/** What customers know of the store: addresses that they open and words that they look for. */
export interface Catalogue {
  products: string[];
  categories: string[];
  words: string[];
}

const mostPages = 12;

/**
 * Looks through the store as a customer does.
 * @throws Error when it has no products
 */
export async function discoverCatalogue(visitor: Visitor): Promise<Catalogue> {
  const products = new Set<string>();
  const categories = new Set<string>();
  let next: string | undefined = "/products";
  for (let count = 0; next !== undefined && count < mostPages; count++) {
    const page = await visitor.get(next);
    for (const link of linksOf(page, /^\/product\//)) products.add(link);
    for (const link of linksOf(page, /^\/category\//)) categories.add(link);
    [next] = linksOf(page, /^\/products\?.*cursor=/);
  }
  if (products.size === 0) throw new Error("the store shows no products at /products");
  const words = [...products].flatMap((link) => link.replace("/product/", "").split("-"));
  return {
    products: [...products],
    categories: [...categories],
    words: [...new Set(words)].filter((word) => /^[a-z]{3,}$/.test(word)),
  };
}
