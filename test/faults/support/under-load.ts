import { type Gap, type LedgerEntry, longestGap } from "../../../load/ledger.ts";
import { Load } from "../../../load/load.ts";
import type { Figures } from "../../../load/tally.ts";
import { lookBefore, verify } from "../../../load/verify.ts";
import { sleep } from "../../support/sleep.ts";
import type { Fault, Strike } from "./fault.ts";
import { IsolatedCustomers } from "./isolated-customers.ts";
import type { StoreCluster } from "./store-cluster.ts";
import { waitUntilWhole } from "./wholeness.ts";

/** What a fault under load led to. */
export interface Outcome {
  fault: Fault;
  figures: Figures;
  /** Acknowledged orders, of customers on all sides. */
  orders: number;
  /** Longest time without a confirmed order, by database cluster that was to be hit. */
  gaps: Record<string, Gap>;
  /** Longest time without any confirmed order. */
  overall: Gap;
  /** When it was struck, in milliseconds since 1970. */
  struckAt: number;
  /** What the books say is wrong. */
  problems: string[];
}

/** Half of the journeys are purchases: 3 in each second, which leaves room on two cores. */
export const customers = { rate: 6, mix: { browse: 45, search: 5, purchase: 50 } };
const warmSeconds = 6;
const usualAftermath = 12;

/** Strikes while customers buy, mends, waits until all is whole again, and compares the books. */
export async function strikeUnderLoad(
  store: StoreCluster,
  fault: Fault,
  seed: number,
): Promise<Outcome> {
  await waitUntilWhole(store);
  const before = await lookBefore(store.facts);
  const strike = await fault.prepare(store);
  const load = new Load({ ...customers, edges: store.edges(strike.customersAt), seed });
  const isolated = isolate(store, strike);
  try {
    await load.start();
    await isolated?.begun();
    await sleep(warmSeconds);
    const from = Date.now();
    await strike.strike();
    await sleep(strike.lasts);
    await strike.mend();
    await sleep(strike.aftermath ?? usualAftermath);
    const to = Date.now();
    const figures = await load.stop();
    const entries = [...load.ledger.entries, ...((await isolated?.orders()) ?? [])];
    await waitUntilWhole(store);
    const verdict = await verify(entries, load.buyers, before, store.facts);
    const gapOf = (some: readonly LedgerEntry[]) => longestGap(some, from, to);
    // Every order needs stock, which is all in one cluster.
    const ordersOf = (cluster: string) =>
      cluster === store.stockCluster
        ? entries
        : entries.filter(({ orderId }) => verdict.clusterOf.get(orderId) === cluster);
    const gaps = strike.clusters.map((cluster) => [cluster, gapOf(ordersOf(cluster))]);
    return {
      fault,
      figures,
      orders: entries.length,
      gaps: Object.fromEntries(gaps),
      overall: gapOf(entries),
      struckAt: from,
      problems: [...verdict.problems, ...((await strike.afterwards?.()) ?? [])],
    };
  } finally {
    await isolated?.stop();
    await load.close();
  }
}

/** Customers on the node that is to be cut off; they come until some seconds after it is healed. */
function isolate(store: StoreCluster, { isolated, lasts }: Strike) {
  if (isolated === undefined) return undefined;
  const [address = ""] = store.edges([isolated]);
  const { kind } = store.site;
  return new IsolatedCustomers(kind, isolated, address, warmSeconds + lasts + 2 * usualAftermath);
}

/** A line of a table of outcomes. */
export function outcomeLine(outcome: Outcome): string {
  const { fault, figures, orders, gaps, overall, struckAt, problems } = outcome;
  const told = ({ seconds, from }: Gap) =>
    `${seconds.toFixed(1)} s from ${((from - struckAt) / 1000).toFixed(1)} s on`;
  const again = Object.entries(gaps).map(([cluster, gap]) => `${cluster} ${told(gap)}`);
  const failures = Object.entries(figures.failures).map(([what, count]) => `${count} ${what}`);
  return [
    fault.name,
    `writes again: ${again.join(", ")} (any ${told(overall)})`,
    `${orders} orders acknowledged`,
    `${figures.failed} of ${figures.requests} requests failed`,
    problems.length === 0 ? "0 lost, doubled or oversold" : `${problems.length} PROBLEMS`,
    ...(failures.length > 0 ? [failures.join(", ")] : []),
  ].join(" | ");
}
