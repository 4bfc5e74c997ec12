import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SeedProduct } from "../../services/catalog/seed/generate.ts";
import { type RunningService, type Store, startStore } from "../../test/support/store.ts";
import { interruption } from "../interruption.ts";
import { onServersCore } from "./cores.ts";
import { productsOf } from "./requests.ts";
import { startVendure, type Vendure } from "./vendure.ts";

const PRODUCTS = 1_000;

/** Both sides, with the same products on the same PostgreSQL server. */
export interface Sides {
  store: Store;
  vendure: Vendure;
  products: SeedProduct[];
  /** For temporary files. */
  folder: string;
}

/** Starts both sides for some work, and ends them however that ends. */
export async function withSides<T>(work: (sides: Sides) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "ha-store-bench-"));
  const stops = [() => rm(folder, { recursive: true, force: true })];
  try {
    const sides = onServersCore(() => startSides(folder, stops));
    return await Promise.race([sides.then(work), interruption()]);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function startSides(folder: string, stops: (() => Promise<void>)[]): Promise<Sides> {
  const products = productsOf(PRODUCTS);
  const store = await startStore({ CATALOG_SEED_PRODUCTS: String(PRODUCTS) }, true);
  stops.push(store.stop);
  await store.postgres.query("catalog", "ANALYZE");
  const vendure = await startVendure(store.postgres, products, folder);
  stops.push(vendure.stop);
  return { store, vendure, products, folder };
}

/** What the catalogue asks of who calls it. */
export const jsonHeaders = { authorization: "Bearer service-token" };

/** The processes of the whole store; of PostgreSQL and the cache those that all others descend from. */
export function storeProcesses(
  { services, postgres, cache }: Store,
  more: readonly RunningService[] = [],
): number[] {
  const started = [...Object.values(services), ...more].map(({ process }) => process.pid ?? 0);
  const members = [...cache.members, ...cache.sentinels].map(({ pid }) => pid());
  return [...started, postgres.pid, ...members];
}
