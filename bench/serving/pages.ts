import { printTable } from "../report.ts";
import { words } from "./requests.ts";
import { cells, headings, measure, type Rounds } from "./rounds.ts";
import { type Sides, storeProcesses } from "./sides.ts";
import { customerHeaders } from "./visitors.ts";

/** What each page costs for somebody who is signed in, has bought once and has a full cart. */
export async function measurePages({ store, products }: Sides, rounds: Rounds): Promise<void> {
  const { url: origin } = store.services.storefront;
  const [plenty] = products.filter(({ stock }) => stock > 20);
  const common = {
    origin,
    headers: await customerHeaders(origin, plenty?.slug ?? ""),
    processes: storeProcesses(store),
  };
  const page = (...paths: string[]) => ({ ...common, requests: paths.map((path) => ({ path })) });
  const measured = await measure(
    {
      home: page("/"),
      list: page("/products"),
      search: page(...words.map((word) => `/search?q=${word}`)),
      product: page(...products.map(({ slug }) => `/product/${slug}`)),
      cart: page("/cart"),
      checkout: page("/checkout"),
      "order history": page("/orders"),
    },
    { ...rounds, runs: 1 },
  );
  const rows = Object.entries(measured).map(([name, capacity]) => [name, ...cells(capacity)]);
  printTable("Pages of the store, for a customer", [["", ...headings], ...rows]);
}
