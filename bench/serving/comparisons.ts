import { Shopper } from "../../test/support/shopper.ts";
import {
  askDistinctSearches,
  askPages,
  askProduct,
  askSearch,
  pageNumbers,
  products,
  words,
} from "./requests.ts";
import type { Target } from "./saturate.ts";
import { type Sides, storeProcesses } from "./sides.ts";
import * as vendureAsks from "./vendure-requests.ts";

/** One thing asked of both sides. */
export interface Comparison {
  name: string;
  ours: Target;
  /** Name of the series that ours is compared with; several may share one. */
  peer: "product" | "list" | "search";
  /** How many times the peer's throughput it has to be. @default it is only told */
  goal?: number;
}

/** What Vendure is asked for. */
export function peerTargets({ store, vendure }: Sides): Record<Comparison["peer"], Target> {
  const { origin, running } = vendure;
  const common = {
    origin,
    headers: vendureAsks.VENDURE_HEADERS,
    processes: [running.process.pid ?? 0, store.postgres.pid],
  };
  return {
    product: {
      ...common,
      requests: slugs().map(vendureAsks.askProduct),
    },
    list: { ...common, requests: pageNumbers.map(vendureAsks.askPage) },
    search: { ...common, requests: words.map(vendureAsks.askSearch) },
  };
}

/** What the store is asked for, and the goals. */
export async function comparisons({ store }: Sides): Promise<Comparison[]> {
  const { catalog, storefront } = store.services;
  const headers = { authorization: "Bearer service-token" };
  const json = { origin: catalog.url, headers, processes: storeProcesses(store) };
  return [
    {
      name: "product",
      ours: { ...json, requests: slugs().map(askProduct) },
      peer: "product",
      goal: 50,
    },
    {
      name: "list of 24",
      ours: { ...json, requests: await askPages(catalog.url, headers) },
      peer: "list",
      goal: 200,
    },
    { name: "search", ours: { ...json, requests: words.map(askSearch) }, peer: "search", goal: 30 },
    {
      name: "search, no two alike",
      ours: { ...json, requests: askDistinctSearches() },
      peer: "search",
    },
    {
      name: "product's page (HTML)",
      ours: {
        ...json,
        origin: storefront.url,
        headers: await guestHeaders(storefront.url),
        requests: slugs().map((slug) => ({ path: `/product/${slug}` })),
      },
      peer: "product",
      goal: 15,
    },
  ];
}

/** Of somebody who has looked at the store before. */
export async function guestHeaders(origin: string): Promise<Record<string, string>> {
  const guest = new Shopper(origin);
  await guest.get("/");
  return cookieHeaders(guest);
}

export function cookieHeaders({ cookies }: Shopper): Record<string, string> {
  return { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
}

function slugs(): string[] {
  return products(1_000).map(({ slug }) => slug);
}
