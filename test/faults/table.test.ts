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
import { Stage } from "./support/stage.ts";
import { outcomeLine, strikeUnderLoad } from "./support/under-load.ts";

const table: Fault[] = [
  primaryKilled("products-db"),
  cachePrimaryKilled,
  switchover("products-db"),
  primaryFrozen("shard-1"),
  primaryNodeLost("products-db"),
  cachePrimaryNodeLost,
  primaryNodeCut("products-db"),
  etcdMajorityLost,
];

/** This machine is busy with three hosts, the customers, and maybe other things. */
const slack = 2;

/** Each fault while customers buy: nothing that was acknowledged is lost, nothing sold twice. */
describe("the store under load survives", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  }, 900_000);

  afterAll(() => stage?.close(), 120_000);

  test.each(table.map((fault, index) => ({ name: fault.name, fault, seed: index + 1 })))(
    "$name",
    async ({ fault, seed }) => {
      const outcome = await strikeUnderLoad(stage.store, fault, seed);
      process.stdout.write(`${outcomeLine(outcome)}\n`);
      expect(outcome.problems).toEqual([]);
      expect(outcome.orders).toBeGreaterThan(20);
      for (const [cluster, { seconds }] of Object.entries(outcome.gaps)) {
        const bound = fault.bound * slack;
        expect([cluster, seconds, seconds < bound]).toEqual([cluster, seconds, true]);
      }
      if (fault.unnoticed) expect(outcome.figures.failures).toEqual({});
    },
    420_000,
  );
});
