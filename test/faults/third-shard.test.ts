import { Load } from "../../load/load.ts";
import { lookBefore, verify } from "../../load/verify.ts";
import { Release } from "../support/release.ts";
import { until } from "../support/until.ts";
import type { Workspace } from "../support/workspace.ts";
import { Stage, stack } from "./support/stage.ts";
import { StoreCluster } from "./support/store-cluster.ts";
import { customers } from "./support/under-load.ts";
import { waitUntilWhole } from "./support/wholeness.ts";

interface ShardStatus {
  service: string;
  shards: { shard: string; buckets: { owned?: number } }[];
}

/** Tables whose rows move with their bucket, and how to tell the rows that were there before. */
const tables = [
  { database: "accounts", table: "accounts", old: "created_at" },
  { database: "orders", table: "orders", old: "created_at" },
];

/** A third shard, by a setting and one `up`, then its share of the buckets; customers buy all the while. */
describe("a third shard", () => {
  let stage: Stage;
  let release: Release;
  let commands: Workspace;

  beforeAll(async () => {
    stage = await Stage.open();
    release = new Release();
    commands = stage.workspace.of(release.folder);
  }, 900_000);

  afterAll(async () => {
    release?.remove();
    await stage?.close();
  }, 120_000);

  /** Number and content of all rows that are older, wherever they are. */
  async function content({ clusters, query }: StoreCluster, moment: string): Promise<string[]> {
    const shards = clusters.filter((name) => name.startsWith("shard-"));
    return Promise.all(
      tables.map(async ({ database, table, old }) => {
        // As a text: a number of that many digits does not survive JSON.
        const sql = `SELECT count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS sum
          FROM ${table} AS t WHERE ${old} < '${moment}'`;
        const found = await Promise.all(shards.map((shard) => query(shard, database, sql)));
        const total = (key: string) =>
          found.flat().reduce((sum, row) => sum + BigInt(String(row[key])), 0n);
        return `${table}: ${total("rows")} rows, ${total("sum")}`;
      }),
    );
  }

  /** Orders, and those who placed them. */
  async function somethingToMove(): Promise<void> {
    const load = new Load({ ...customers, edges: stage.store.edges(), seed: 4 });
    try {
      await load.start();
      await until("there are orders", () => load.ledger.entries.length >= 50, 120);
      await load.stop();
    } finally {
      await load.close();
    }
  }

  async function owned(): Promise<number[][]> {
    const { stdout } = await commands.run("shards", "status", "--stack", stack, "--json");
    const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
    return lines.map((line) => {
      const { shards }: ShardStatus = JSON.parse(line);
      return shards.map(({ buckets }) => buckets.owned ?? 0);
    });
  }

  test("is added under load, its move interrupted twice: no request fails, no row is lost", async () => {
    await somethingToMove();
    const before = await lookBefore(stage.store.facts);
    const old = await content(stage.store, before.moment);
    const load = new Load({ ...customers, edges: stage.store.edges(), seed: 3 });
    try {
      await load.start();
      release.edit(`Pulumi.${stack}.yaml`, (text) => text.replace('shards: "2"', 'shards: "3"'));
      await commands.run("up", "--stack", stack);
      const store = await StoreCluster.find(stage.store.site);
      expect(store.clusters).toContain("shard-3");

      const move = ["shards", "rebalance", "--stack", stack] as const;
      expect(await commands.interrupt("SIGINT", 10, ...move)).toBe(true);
      expect(await commands.interrupt("SIGTERM", 10, ...move)).toBe(true);
      const { seconds } = await commands.run(...move);
      await until(
        "every shard has its share",
        async () =>
          (await owned()).every((counts) =>
            counts.every((count) => count === 341 || count === 342),
          ),
        60,
      );

      const figures = await load.stop();
      await waitUntilWhole(store);
      const verdict = await verify(load.ledger.entries, load.buyers, before, store.facts);
      process.stdout.write(
        `a third shard added under load: the move's last run took ${seconds.toFixed(0)} s | ` +
          `${load.ledger.entries.length} orders acknowledged | ` +
          `${figures.failed} of ${figures.requests} requests failed ${JSON.stringify(figures.failures)}\n`,
      );
      expect(verdict.problems).toEqual([]);
      expect(await content(store, before.moment)).toEqual(old);
      expect(figures.failures).toEqual({});
    } finally {
      await load.close();
    }
  }, 900_000);
});
