import { startLab, stopLab, type TestLab } from "../support/lab.ts";
import { Workspace } from "../support/workspace.ts";
import {
  primaryFrozen,
  primaryKilled,
  primaryNodeCut,
  primaryNodeLost,
  switchover,
} from "./support/database-faults.ts";
import type { Fault } from "./support/fault.ts";
import {
  cachePrimaryKilled,
  cachePrimaryNodeLost,
  etcdMajorityLost,
} from "./support/other-faults.ts";
import { StoreCluster } from "./support/store-cluster.ts";
import { outcomeLine, strikeUnderLoad } from "./support/under-load.ts";

const table: Fault[] = [
  switchover("shard-1"),
  primaryKilled("shard-1"),
  primaryKilled("products-db"),
  cachePrimaryKilled,
  primaryFrozen("shard-1"),
  primaryNodeLost("products-db"),
  cachePrimaryNodeLost,
  primaryNodeCut("products-db"),
  etcdMajorityLost,
];

/** Each fault while customers buy: nothing that was acknowledged is lost, nothing sold twice. */
describe("the store under load survives", () => {
  const workspace = new Workspace();
  let lab: TestLab;
  let store: StoreCluster;

  beforeAll(async () => {
    lab = await startLab(3);
    await workspace.run("up", "--stack", "ha");
    store = await StoreCluster.find("ha");
  }, 900_000);

  afterAll(async () => {
    workspace.remove();
    await stopLab(lab);
  }, 120_000);

  test.each(table.map((fault, index) => ({ name: fault.name, fault, seed: index + 1 })))(
    "$name",
    async ({ fault, seed }) => {
      const outcome = await strikeUnderLoad(store, fault, seed);
      process.stdout.write(`${outcomeLine(outcome)}\n`);
      expect(outcome.problems).toEqual([]);
      expect(outcome.orders).toBeGreaterThan(20);
      for (const [cluster, seconds] of Object.entries(outcome.gaps)) {
        expect([cluster, seconds < fault.bound, seconds]).toEqual([cluster, true, seconds]);
      }
      if (fault.bound === 0) expect(outcome.figures.failures).toEqual({});
    },
    420_000,
  );
});
