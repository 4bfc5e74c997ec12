import { Release } from "../support/release.ts";
import { killedUpdates, twoUpdates } from "./support/interrupted-updates.ts";
import { nodeAdded, nodeDrained, registryNodeLost } from "./support/node-operations.ts";
import { asFault, type Operation, type Scene } from "./support/operation.ts";
import {
  badReleases,
  balancerChange,
  goodReleases,
  migration,
  scaling,
} from "./support/releases.ts";
import { rotations } from "./support/rotations.ts";
import { Stage } from "./support/stage.ts";
import { strikeUnderLoad } from "./support/under-load.ts";

const operations: Operation[] = [
  goodReleases,
  ...badReleases,
  migration,
  scaling,
  ...rotations,
  balancerChange,
  nodeDrained,
  registryNodeLost,
  killedUpdates,
  twoUpdates,
  nodeAdded,
];

/** `npm run faults -- operations`: nobody notices any of it, and `up` tells the truth. */
const suite = process.env.HA_STORE_FAULTS_OPERATIONS ? describe : describe.skip;
suite("nobody notices", () => {
  let stage: Stage;
  let scene: Scene;

  beforeAll(async () => {
    stage = await Stage.open();
    const release = new Release();
    scene = { store: stage.store, release, commands: stage.workspace.of(release.folder) };
  }, 900_000);

  afterAll(async () => {
    scene?.release.remove();
    await stage?.close();
  }, 120_000);

  test.each(operations.map((operation, index) => ({ name: operation.name, operation, index })))(
    "$name",
    async ({ operation, index }) => {
      const started = performance.now();
      const { figures, orders, problems } = await strikeUnderLoad(
        stage.store,
        asFault(operation, scene),
        index + 1,
      );
      const seconds = Math.round((performance.now() - started) / 1000);
      const failures = Object.entries(figures.failures).map(([what, count]) => `${count} ${what}`);
      process.stdout.write(
        `${[
          operation.name,
          `${seconds} s`,
          `${figures.failed} of ${figures.requests} requests failed`,
          `${orders} orders acknowledged`,
          problems.length === 0 ? "as promised" : `${problems.length} PROBLEMS`,
          ...failures,
        ].join(" | ")}\n`,
      );
      expect(problems).toEqual([]);
      expect(orders).toBeGreaterThan(20);
      expect([figures.failed <= (operation.mayFail ?? 0), figures.failures]).toEqual([
        true,
        figures.failures,
      ]);
    },
    1_200_000,
  );
});
