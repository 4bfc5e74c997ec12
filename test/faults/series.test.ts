import { Random } from "../../load/random.ts";
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

const seed = Number(process.env.HA_STORE_FAULTS_SEED);
const minutes = Number(process.env.HA_STORE_FAULTS_MINUTES);

const onDatabases = [primaryKilled, primaryFrozen, primaryNodeLost, primaryNodeCut, switchover];
const others = [etcdMajorityLost, cachePrimaryKilled, cachePrimaryNodeLost];

/** `npm run faults`: one fault after the other, in an order that only the seed knows. */
(minutes > 0 ? describe : describe.skip)(`a series of faults from seed ${seed}`, () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  }, 900_000);

  afterAll(() => stage?.close(), 120_000);

  test(
    `for ${minutes} minutes loses, doubles and oversells nothing`,
    async () => {
      const random = new Random(seed);
      const end = Date.now() + minutes * 60_000;
      const problems: string[] = [];
      for (let count = 1; Date.now() < end; count++) {
        const outcome = await strikeUnderLoad(stage.store, choose(random), seed + count);
        process.stdout.write(`${count}. ${outcomeLine(outcome)}\n`);
        problems.push(...outcome.problems.map((one) => `${count}. ${outcome.fault.name}: ${one}`));
      }
      expect(problems).toEqual([]);
    },
    (minutes + 8) * 60_000,
  );

  function choose(random: Random): Fault {
    const cluster = random.pick(stage.store.clusters);
    return random.pick([...onDatabases.map((fault) => fault(cluster)), ...others]);
  }
});
