import type { Browser } from "playwright-core";
import { expectUnnoticed } from "../faults/support/operation.ts";
import { crashingImage, newImages } from "../faults/support/releases.ts";
import { rotation } from "../faults/support/rotations.ts";
import { StoreCluster } from "../faults/support/store-cluster.ts";
import { SwarmSite } from "../faults/support/swarm-site.ts";
import { launchBrowser } from "../support/browser.ts";
import { placesBesideCrowdedZone } from "../support/crowded-zone.ts";
import { engineOf, lab as labCommand, startLab, stopLab, type TestLab } from "../support/lab.ts";
import { Release } from "../support/release.ts";
import { Shopping } from "../support/shopping.ts";
import { until } from "../support/until.ts";
import { besideTheStore, Workspace } from "../support/workspace.ts";

const replicated = ["storefront", "catalog", "accounts", "orders"];

/** The stack `ha` on three hosts, each in a zone of its own. */
describe("the store in three zones", () => {
  const workspace = new Workspace({ niceness: besideTheStore });
  const release = new Release();
  const commands = workspace.of(release.folder);
  let lab: TestLab;
  let browser: Browser | undefined;

  beforeAll(async () => {
    lab = await startLab(3);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    workspace.remove();
    release.remove();
    await stopLab(lab);
  }, 120_000);

  test("comes up", async () => {
    const { all, seconds } = await workspace.run("up", "--stack", "ha");
    console.log(`up --stack ha: ${seconds.toFixed(1)} s`);
    for (const node of lab.nodes) expect(all).toContain(`http://${node.address}:8080`);
  }, 900_000);

  /** Of a service's replicas, those that are to run: how they are, and on how many nodes. */
  async function replicasOf(service: string): Promise<{ states: string[]; nodes: number }> {
    const filters = { service: [`ha-store-ha-${service}`], "desired-state": ["running"] };
    const tasks: { NodeID: string; Status: { State: string } }[] = await engineOf(lab).listTasks({
      filters,
    });
    const states = tasks.map(({ Status }) => Status.State);
    return { states, nodes: new Set(tasks.map(({ NodeID }) => NodeID)).size };
  }

  async function expectOneReplicaInEachZone() {
    for (const service of replicated) {
      const replicas = { states: ["running", "running", "running"], nodes: 3 };
      expect([service, await replicasOf(service)]).toEqual([service, replicas]);
    }
  }

  test("has one replica of each service in each zone", expectOneReplicaInEachZone);

  test("has replicas in different zones, whichever nodes are the emptiest", async () => {
    const { Spec } = await engineOf(lab).getService("ha-store-ha-orders").inspect();
    const { ContainerSpec, Placement } = Spec.TaskTemplate;
    expect(await placesBesideCrowdedZone(lab, ContainerSpec.Image, Placement)).toContain(1);
  }, 120_000);

  test("answers at every node, from replicas of every node", async () => {
    const servers = new Set<string>();
    for (const { address } of lab.nodes) {
      for (let request = 0; request < 6; request++) {
        const response = await fetch(`http://${address}:8080/`);
        expect(response.status).toBe(200);
        servers.add(response.headers.get("x-served-by") ?? "");
      }
    }
    expect(servers.size).toBe(3);
  });

  test("sells at one node what is seen at another", async () => {
    browser = await launchBrowser();
    const page = await browser.newPage();
    const [first, second] = lab.nodes.map(({ address }) => `http://${address}:8080`);
    const person = {
      name: "Grace",
      email: "grace@example.com",
      password: "correct horse 77 staple",
    };
    const shopping = new Shopping(page, first ?? "");
    await shopping.register(person);
    await shopping.open("/products");
    await shopping.addFirstProduct();
    expect(await shopping.checkOut("4242 4242 4242 4242")).toMatch(/order is confirmed/);

    const elsewhere = new Shopping(await (await browser.newContext()).newPage(), second ?? "");
    await elsewhere.signIn(person);
    expect(await elsewhere.orders()).toHaveLength(1);
  }, 120_000);

  test.each([newImages("catalog"), crashingImage, rotation("databases")])(
    "goes on selling through: $name",
    async (operation) => {
      const store = await StoreCluster.find(await SwarmSite.open("ha"));
      await expectUnnoticed(operation, { store, release, commands, notes: [] }, 1);
    },
    600_000,
  );

  test("goes on answering at the other nodes when one is lost", async () => {
    await labCommand("node", "stop", "3");
    const [first, second] = lab.nodes;
    const statuses: number[] = [];
    for (let request = 0; request < 40; request++) {
      const address = (request % 2 === 0 ? first : second)?.address;
      statuses.push((await fetch(`http://${address}:8080/products`)).status);
    }
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    await until(
      "all replicas on the nodes that are left",
      async () => {
        const all = await Promise.all(replicated.map(replicasOf));
        return all.every(
          ({ states, nodes }) => String(states) === "running,running,running" && nodes === 2,
        );
      },
      90,
    );
  }, 180_000);

  test("is not changed by a second `up`, but spread over the zones again", async () => {
    const { all, seconds } = await commands.run("up", "--stack", "ha");
    console.log(`second up --stack ha: ${seconds.toFixed(1)} s`);
    expect(all).toMatch(/Resources:\s+\d+ unchanged/);
    await expectOneReplicaInEachZone();
  }, 420_000);

  test("goes, on every node", async () => {
    await workspace.run("down", "--stack", "ha", "--yes", "--delete-data");
    for (const { number } of lab.nodes) {
      const docker = engineOf(lab, number);
      // Elsewhere than at the engine that was asked, containers may still be draining.
      await until(
        `no container on node ${number}`,
        async () => (await docker.listContainers({ all: true })).length === 0,
        40,
      );
      expect((await docker.listVolumes()).Volumes ?? []).toEqual([]);
    }
  }, 300_000);
});
