import { Shopper, textOf } from "../support/shopper.ts";
import { sleep } from "../support/sleep.ts";
import { until } from "../support/until.ts";
import type { Workspace } from "../support/workspace.ts";
import type { Member } from "./support/site.ts";
import { Stage, stack } from "./support/stage.ts";
import { StoreCluster } from "./support/store-cluster.ts";
import { waitUntilWhole } from "./support/wholeness.ts";

interface BackupsOfCluster {
  cluster: string;
  backups: { type: string }[];
  archivedUntil: number | null;
}

/** A cluster of orders loses all of its volumes, and goes back to between two orders. */
describe("restore drill", () => {
  let stage: Stage;
  let workspace: Workspace;
  let shopper: Shopper;
  /** The shard of the shopper. */
  let cluster: string;
  let before: string;
  let after: string;
  let between: string;

  beforeAll(async () => {
    stage = await Stage.open();
    workspace = stage.workspace;
    shopper = new Shopper(stage.store.edges()[0] ?? "");
  }, 900_000);

  afterAll(async () => {
    await stage?.close();
  }, 120_000);

  async function backups(): Promise<BackupsOfCluster | undefined> {
    const [host] = await stage.store.membersWhere(({ environment }) =>
      Boolean(environment.BACKUP_CLUSTERS),
    );
    if (!host) return undefined;
    const all: BackupsOfCluster[] = JSON.parse(await host.container.exec(["backup-status"]));
    return all.find((one) => one.cluster === cluster);
  }

  /** Buys something; gives the address of the order. */
  async function buy(): Promise<string> {
    const [, slug] = /\/product\/([\w-]+)/.exec((await shopper.get("/")).html) ?? [];
    await shopper.addToCart(slug ?? "");
    const order = await shopper.submit(await shopper.get("/checkout"), "/checkout", {
      street: "12 Quay Street",
      postalCode: "D02 XY45",
      city: "Dublin",
      cardNumber: "4242 4242 4242 4242",
    });
    expect(textOf(order)).toContain("your order is confirmed");
    return order.path;
  }

  async function holds({ container }: Member, order: string): Promise<boolean> {
    const sql = `SELECT count(*) FROM orders WHERE id::text = '${order.split("/").at(-1)}'`;
    const found = await container.exec(["psql", "-X", "-t", "-A", "-d", "orders", "-c", sql]);
    return found.trim() === "1";
  }

  /** The cluster that has the order. */
  async function shardOf(order: string): Promise<string> {
    for (const shard of stage.store.clusters.filter((name) => name.startsWith("shard-"))) {
      if (await holds(await stage.store.primary(shard), order)) return shard;
    }
    throw new Error(`no shard has the order ${order}`);
  }

  const toBetween = () => ["--stack", stack, "--cluster", cluster, "--to", between];

  const listed = async (order: string) => (await shopper.get("/orders")).html.includes(order);

  test("an order; a backup is taken by itself, another on command", async () => {
    await shopper.register();
    before = await buy();
    cluster = await shardOf(before);
    const taken = async () => ((await backups())?.backups.length ?? 0) > 0;
    await until("the first backup", taken, 180);
    await workspace.run("backup", "--stack", stack, "--cluster", cluster, "--type", "incr");
    expect((await backups())?.backups.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["full", "incr"]),
    );
  }, 300_000);

  test("a time after it, then another order; both are in the archive", async () => {
    await sleep(1);
    between = new Date().toISOString();
    await sleep(1);
    after = await buy();
    expect([await listed(before), await listed(after)]).toEqual([true, true]);
    const lastOrder = Date.now() / 1000;
    await until(
      "the archive of both",
      async () => ((await backups())?.archivedUntil ?? 0) > lastOrder,
      180,
    );
  }, 300_000);

  test("a copy of its own shows the time between; the cluster goes on, and the copy goes again", async () => {
    const copy = `${cluster}-drill`;
    const started = Date.now();
    await workspace.run("restore", ...toBetween(), "--into", copy);
    process.stdout.write(
      `restored into a copy in ${Math.round((Date.now() - started) / 1000)} s\n`,
    );
    const membersOfCopy = async () =>
      (await StoreCluster.find(stage.store.site)).databaseMembers(copy);
    const [member] = await membersOfCopy();
    if (!member) throw new Error(`${copy} has no member`);
    expect([await holds(member, before), await holds(member, after)]).toEqual([true, false]);
    expect([await listed(before), await listed(after)]).toEqual([true, true]);

    const again = await workspace.attempt("restore", ...toBetween(), "--into", copy);
    expect([again.exitCode, again.all]).toEqual([1, expect.stringContaining("already: give")]);
    await workspace.run("restore", "--stack", stack, "--drop", copy);
    expect(await membersOfCopy()).toEqual([]);
  }, 600_000);

  test("data are not given up unless that is said", async () => {
    const { exitCode, all } = await workspace.attempt("restore", ...toBetween());
    expect(exitCode).toBe(1);
    expect(all).toMatch(/ has data .* --overwrite/s);
    expect(await listed(after)).toBe(true);
  }, 120_000);

  test("its volumes destroyed, it is restored to between the orders: exactly the first is there", async () => {
    const members = await stage.store.databaseMembers(cluster);
    expect(members).toHaveLength(3);
    // All at once: who has lost its data is made anew from whoever has not.
    const destroy = ["bash", "-c", "until rm -rf /var/lib/postgresql/data/*; do :; done"];
    await Promise.all(members.map(({ container }) => container.exec(destroy)));
    await Promise.all(members.map(({ container }) => container.kill()));
    const started = Date.now();
    await workspace.run("restore", ...toBetween());
    process.stdout.write(`restored in ${Math.round((Date.now() - started) / 1000)} s\n`);
    await waitUntilWhole(stage.store);
    expect([await listed(before), await listed(after)]).toEqual([true, false]);
    expect(await listed(await buy())).toBe(true);
  }, 600_000);

  test("what Pulumi knows is still so", async () => {
    await workspace.run("preview", "--stack", stack, "--expect-no-changes");
  }, 120_000);
});
