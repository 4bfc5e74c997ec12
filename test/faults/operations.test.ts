import { storeServices } from "../../components/store/store-services.ts";
import { Release } from "../support/release.ts";
import { killedUpdates, twoUpdates } from "./support/interrupted-updates.ts";
import { quorumLost, quorumRecovered } from "./support/manager-operations.ts";
import {
  leaderLost,
  nodeAdded,
  nodeDrained,
  nodeLost,
  registryLost,
} from "./support/node-operations.ts";
import { expectUnnoticed, type Operation, type Scene } from "./support/operation.ts";
import {
  balancerChange,
  crashingImage,
  failingImage,
  migration,
  neverHealthyImage,
  newImages,
  scaling,
} from "./support/releases.ts";
import { rotations } from "./support/rotations.ts";
import { Stage, stack } from "./support/stage.ts";

const onAnyCluster: Operation[] = [
  newImages(...storeServices),
  crashingImage,
  neverHealthyImage,
  failingImage,
  migration,
  scaling,
  balancerChange,
  ...rotations,
  nodeDrained,
  nodeLost,
];

/** Of a Swarm's registry and managers. Afterwards another manager leads than the one beside the registry. */
const onSwarm: Operation[] = [leaderLost, registryLost, quorumLost, quorumRecovered];

/** The store has a node more afterwards. */
const atLast: Operation[] = [killedUpdates, twoUpdates, nodeAdded];

const operations = [...onAnyCluster, ...(stack === "ha" ? onSwarm : []), ...atLast];

/** `npm run faults -- operations`: nobody notices any of it, and `up` tells the truth. */
const suite = process.env.HA_STORE_FAULTS_OPERATIONS ? describe : describe.skip;
suite("nobody notices", () => {
  let stage: Stage;
  let scene: Scene;

  beforeAll(async () => {
    stage = await Stage.open();
    const release = new Release();
    scene = {
      store: stage.store,
      release,
      commands: stage.workspace.of(release.folder),
      notes: [],
    };
  }, 900_000);

  afterAll(async () => {
    scene?.release.remove();
    await stage?.close();
  }, 120_000);

  test.each(operations.map((operation, index) => ({ name: operation.name, operation, index })))(
    "$name",
    ({ operation, index }) => expectUnnoticed(operation, scene, index + 1),
    1_200_000,
  );
});
