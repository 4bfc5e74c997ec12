import { installPrograms } from "../../test/programs.ts";
import { measureBalanced } from "./balanced.ts";
import { compareReads } from "./comparisons.ts";
import { requireCores } from "./cores.ts";
import { measurePages } from "./pages.ts";
import { measurePurchases } from "./purchases.ts";
import { withSides } from "./sides.ts";

const CONNECTIONS = 16;

/**
 * What the store serves at most, and Vendure from the same PostgreSQL server. Everything that serves
 * shares one core, and what asks has another, so that ratios hold elsewhere too.
 */
export async function benchServing(runs: number, seconds: number): Promise<boolean> {
  requireCores();
  await installPrograms("serving");
  console.log("starting the store and Vendure ...");
  return await withSides(async (sides) => {
    const rounds = { runs, seconds, connections: CONNECTIONS, folder: sides.folder };
    const faster = await compareReads(sides, rounds);
    await sides.vendure.stop();
    const light = await measureBalanced(sides, rounds);
    await measurePages(sides, rounds);
    await measurePurchases(sides);
    return faster && light;
  });
}
