import { build } from "hdr-histogram-js";
import { discoverCatalogue } from "../load/catalogue.ts";
import { Edges } from "../load/edges.ts";
import { CustomerPool } from "../load/journeys/customers.ts";
import { purchase } from "../load/journeys/purchase.ts";
import { Ledger } from "../load/ledger.ts";
import { Random } from "../load/random.ts";
import { Tally } from "../load/tally.ts";
import { Visitor } from "../load/visitor.ts";

/** How much was sold, and how long each sale took from the product's page to the confirmation. */
export interface Sales {
  perSecond: number;
  p50: number;
  p99: number;
  failed: number;
  /** How much the meter went up meanwhile. */
  metered: number;
}

/**
 * So many people who buy one thing after the other: a closed model, for what a store can do at most.
 * @param readMeter something to be read when they begin and when they have ended
 */
export async function sell(
  edges: string[],
  buyers: number,
  seconds: number,
  readMeter: () => Promise<number> = async () => 0,
): Promise<Sales> {
  const tally = new Tally();
  const addresses = new Edges(edges, tally);
  const customers = new CustomerPool(addresses);
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 120_000 });
  const ledger = new Ledger();
  try {
    const catalogue = await discoverCatalogue(new Visitor(addresses));
    await customers.prepare(buyers);
    const { signal } = new AbortController();
    const before = await readMeter();
    const end = performance.now() + seconds * 1000;
    const shop = async (_: unknown, number: number) => {
      const random = new Random(number);
      while (performance.now() < end) {
        const started = performance.now();
        const context = { edges: addresses, catalogue, customers, ledger, random, signal };
        const outcome = await purchase(context).catch(() => "failed");
        if (outcome === "done") histogram.recordValue(Math.round(performance.now() - started));
      }
    };
    await Promise.all(Array.from({ length: buyers }, shop));
    return {
      perSecond: histogram.totalCount / seconds,
      p50: histogram.getValueAtPercentile(50),
      p99: histogram.getValueAtPercentile(99),
      failed: tally.figures().failed,
      metered: (await readMeter()) - before,
    };
  } finally {
    await addresses.close();
  }
}
