import { linksOf, type Page } from "../page.ts";
import type { JourneyEnd } from "../tally.ts";
import { Visitor } from "../visitor.ts";
import type { JourneyContext } from "./context.ts";

/** Home or a category, then one or two products. */
export async function browse({ edges, catalogue, random }: JourneyContext): Promise<JourneyEnd> {
  const visitor = new Visitor(edges);
  const start = random.next() < 0.5 ? "/" : random.pick(["/products", ...catalogue.categories]);
  const list = expectPage(await visitor.get(start));
  const shown = linksOf(list, /^\/product\//);
  const wanted = 1 + random.below(2);
  for (let count = 0; count < wanted; count++) {
    const product = random.pick(shown.length > 0 ? shown : catalogue.products);
    expectPage(await visitor.get(product));
  }
  return "done";
}

/** A search, and one of the products that it found. */
export async function search({ edges, catalogue, random }: JourneyContext): Promise<JourneyEnd> {
  const visitor = new Visitor(edges);
  const words = new URLSearchParams({ q: random.pick(catalogue.words) });
  const found = linksOf(expectPage(await visitor.get(`/search?${words}`)), /^\/product\//);
  if (found.length > 0) expectPage(await visitor.get(random.pick(found)));
  return "done";
}

/** @throws Error unless the page is what was asked for */
export function expectPage(page: Page): Page {
  if (page.status === 200) return page;
  throw new Error(`answer ${page.status} at ${page.path.replace(/\?.*/, "")}`);
}
