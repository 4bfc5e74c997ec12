import { printTable, reaches, times, verdict } from "../report.ts";
import {
  askDistinctSearches,
  askPages,
  askProduct,
  askSearch,
  pageNumbers,
  words,
} from "./requests.ts";
import { cells, headings, measure, type Rounds } from "./rounds.ts";
import type { Target } from "./saturate.ts";
import { jsonHeaders, type Sides, storeProcesses } from "./sides.ts";
import * as vendureAsks from "./vendure-requests.ts";
import { guestHeaders } from "./visitors.ts";

/** What of ours is compared with what of Vendure's. */
interface Goal {
  ours: OurName;
  peer: PeerName;
  /** How many times the peer's throughput it has to be. @default it is only told */
  least?: number;
}

type OurName = keyof Awaited<ReturnType<typeof ourTargets>>;
type PeerName = keyof ReturnType<typeof peerTargets>;

const goals: readonly Goal[] = [
  { ours: "product", peer: "Vendure: product", least: 50 },
  { ours: "list of 24", peer: "Vendure: list of 24", least: 200 },
  { ours: "search", peer: "Vendure: search", least: 30 },
  { ours: "search, each another", peer: "Vendure: search" },
  { ours: "product as a page", peer: "Vendure: product", least: 15 },
];

/** Both sides' reads in turn, and whether the goals are reached. */
export async function compareReads(sides: Sides, rounds: Rounds): Promise<boolean> {
  const targets = { ...peerTargets(sides), ...(await ourTargets(sides)) };
  const measured = await measure(targets, rounds);
  const rows = Object.entries(measured).map(([name, capacity]) => [name, ...cells(capacity)]);
  printTable(`${rounds.connections} connections, medians`, [["", ...headings], ...rows]);
  const met = goals.map(({ ours, peer, least }) => {
    const [one, other] = [measured[ours], measured[peer]];
    const ratio = one.perSecond / other.perSecond;
    if (least === undefined) {
      console.log(`${ours}, throughput: ${times(ratio)} ${peer}, no goal`);
      return true;
    }
    const faster = reaches(`${ours}, throughput against ${peer}`, ratio, least);
    const latency = one.p99Milliseconds / other.p99Milliseconds;
    return verdict(`${ours}, p99 against ${peer}`, latency, 1) && faster;
  });
  return met.every(Boolean);
}

function peerTargets({ store, vendure, products }: Sides) {
  const { origin, running } = vendure;
  const processes = [running.process.pid ?? 0, store.postgres.pid];
  const common = { origin, headers: vendureAsks.headers, processes };
  return {
    "Vendure: product": {
      ...common,
      requests: products.map(({ slug }) => vendureAsks.askProduct(slug)),
    },
    "Vendure: list of 24": { ...common, requests: pageNumbers.map(vendureAsks.askPage) },
    "Vendure: search": { ...common, requests: words.map(vendureAsks.askSearch) },
  } satisfies Record<string, Target>;
}

async function ourTargets({ store, products }: Sides) {
  const { catalog, storefront } = store.services;
  const processes = storeProcesses(store);
  const json = { origin: catalog.url, headers: jsonHeaders, processes };
  return {
    product: { ...json, requests: products.map(({ slug }) => askProduct(slug)) },
    "list of 24": { ...json, requests: await askPages(catalog.url, jsonHeaders) },
    search: { ...json, requests: words.map(askSearch) },
    "search, each another": { ...json, requests: askDistinctSearches() },
    "product as a page": {
      origin: storefront.url,
      headers: await guestHeaders(storefront.url),
      processes,
      requests: products.map(({ slug }) => ({ path: `/product/${slug}` })),
    },
  } satisfies Record<string, Target>;
}
