import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rotatedSecrets } from "../../components/store/rotated-secrets.ts";
import { Load } from "../../load/load.ts";
import { lookBefore, verify } from "../../load/verify.ts";
import { root, Workspace } from "../support/workspace.ts";
import { Stage } from "./support/stage.ts";
import { StoreCluster } from "./support/store-cluster.ts";
import { waitUntilWhole } from "./support/wholeness.ts";

const configuration = join(root, "Pulumi.ha.yaml");
const load = { rate: 6, mix: { browse: 45, search: 5, purchase: 50 } };

/** Each secret is replaced while customers buy, and none of them notices. */
describe("rotation under load", () => {
  let stage: Stage;
  let workspace: Workspace;
  let written: string;

  beforeAll(async () => {
    written = readFileSync(configuration, "utf8");
    stage = await Stage.open();
    workspace = stage.workspace ?? new Workspace();
  }, 900_000);

  afterAll(async () => {
    await stage?.close();
    // What was rotated on a lab of this test's own is of no use to anybody else.
    if (stage?.workspace) writeFileSync(configuration, written);
  }, 120_000);

  /** Containers of all members of databases. */
  async function databaseContainers(): Promise<string[]> {
    const store = await StoreCluster.find("ha");
    const members = await Promise.all(
      store.clusters.map((cluster) => store.databaseMembers(cluster)),
    );
    return members
      .flat()
      .map(({ container }) => container.id)
      .sort();
  }

  test.each(rotatedSecrets.map((secret, index) => ({ secret, seed: index + 1 })))(
    "$secret",
    async ({ secret, seed }) => {
      await waitUntilWhole(stage.store);
      const before = await lookBefore(stage.store.facts);
      const members = await databaseContainers();
      const customers = new Load({ ...load, edges: stage.store.edges(), seed });
      try {
        await customers.start();
        const { seconds } = await workspace.run("rotate", secret, "--stack", "ha");
        const figures = await customers.stop();
        const { entries } = customers.ledger;
        process.stdout.write(
          `${secret} rotated in ${Math.round(seconds)} s | ${figures.failed} of ${figures.requests} ` +
            `requests failed | ${entries.length} orders\n`,
        );
        expect(figures.failures).toEqual({});
        expect(entries.length).toBeGreaterThan(20);
        const verdict = await verify(entries, customers.buyers, before, stage.store.facts);
        expect(verdict.problems).toEqual([]);
      } finally {
        await customers.close();
      }
      expect(await databaseContainers()).toEqual(members);
    },
    900_000,
  );

  test("the old key of sessions goes when that is asked for, and nothing is left to be done", async () => {
    await workspace.run("rotate", "sessions", "--stack", "ha", "--retire");
    await workspace.run("preview", "--stack", "ha", "--expect-no-changes");
    const again = await workspace.attempt("rotate", "sessions", "--stack", "ha", "--retire");
    expect([again.exitCode, again.all]).toEqual([1, expect.stringContaining("no old key")]);
  }, 300_000);
});
