import { generateProduct, type SeedProduct } from "../../services/catalog/seed/generate.ts";
import { DESIGNS } from "../../services/catalog/seed/ranges.ts";
import type { ProductPage } from "../../services/shared/contracts/catalog.ts";
import type { WantedRequest } from "./saturate.ts";

const PAGE_SIZE = 24;
const PAGES = 10;
const DISTINCT = 20_000;

/** What both sides sell: so many of the generated products. */
export function productsOf(count: number): SeedProduct[] {
  return Array.from({ length: count }, (_, index) => generateProduct(index));
}

/** Words that find dozens of products each. */
export const words = DESIGNS.map((design) => design.toLowerCase());

export const pageNumbers = Array.from({ length: PAGES }, (_, number) => number);

export const askProduct = (slug: string): WantedRequest => ({ path: `/products/${slug}` });

/** The first pages, sorted by name: each is found with the cursor of the one before. */
export async function askPages(
  origin: string,
  headers: Record<string, string>,
): Promise<WantedRequest[]> {
  const requests: WantedRequest[] = [];
  let cursor: string | null = "";
  while (requests.length < PAGES && cursor !== null) {
    const path = `/products?sort=name&limit=${PAGE_SIZE}${cursor && `&cursor=${cursor}`}`;
    requests.push({ path });
    const answer = await fetch(new URL(path, origin), { headers });
    if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`);
    const page = (await answer.json()) as ProductPage;
    cursor = page.nextCursor;
  }
  return requests;
}

export const askSearch = (word: string): WantedRequest => ({
  path: `/products?q=${word}&limit=${PAGE_SIZE}`,
});

/** So many searches of which no two are the same that no cache helps. */
export function askDistinctSearches(): WantedRequest[] {
  return Array.from({ length: DISTINCT }, (_, index) => {
    const { path } = askSearch(words[index % words.length] ?? "");
    return { path: `${path}&maxPrice=${10_000_000 + index}` };
  });
}
