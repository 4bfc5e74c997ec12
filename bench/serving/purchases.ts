import { sell } from "../buyers.ts";
import { printTable } from "../report.ts";
import { cpuSeconds } from "./cpu-time.ts";
import { type Sides, storeProcesses } from "./sides.ts";

const BUYERS = 12;
const WARM_UP_SECONDS = 5;
const SECONDS = 15;

/** What a core can sell: each purchase from the product's page to the confirmation. */
export async function measurePurchases({ store }: Sides): Promise<void> {
  const processes = storeProcesses(store);
  const edges = [store.services.storefront.url];
  await sell(edges, BUYERS, WARM_UP_SECONDS);
  const { perSecond, p50, p99, failed, metered } = await sell(edges, BUYERS, SECONDS, () =>
    cpuSeconds(processes),
  );
  const sold = perSecond * SECONDS;
  printTable(`Purchases by ${BUYERS} people at a time; commits wait for the disk, for no standby`, [
    ["purchases", "p50", "p99", "failed", "CPU/purchase", "a second of a core sells"],
    [
      `${perSecond.toFixed(1)}/s`,
      `${p50.toFixed(0)} ms`,
      `${p99.toFixed(0)} ms`,
      `${failed}`,
      `${((metered * 1000) / sold).toFixed(1)} ms`,
      (sold / metered).toFixed(1),
    ],
  ]);
}
