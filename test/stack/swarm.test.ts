import type Docker from "dockerode";
import { FixtureStack } from "../support/fixture-stack.ts";
import { engineOf, startLab, stopLab, type TestLab } from "../support/lab.ts";

/** The components on a real Swarm, by the real engine: create, no-op, update, scale, rotate, destroy. */
describe("a stack on a Swarm", () => {
  let lab: TestLab;
  let stack: FixtureStack;
  let docker: Docker;

  beforeAll(async () => {
    lab = await startLab(1);
    docker = engineOf(lab);
    stack = new FixtureStack({
      dockerHost: lab.dockerHost,
      registryAddress: `${lab.address}:5000`,
      registryContext: "../../../services/registry",
    });
    await stack.create();
  }, 600_000);

  afterAll(async () => {
    stack?.remove();
    await stopLab(lab);
  }, 120_000);

  const inspectService = async (name: string) => docker.getService(name).inspect();

  const runningTasks = async (name: string) =>
    (await docker.listTasks({ filters: { service: [name], "desired-state": ["running"] } })).filter(
      (task: { Status: { State: string } }) => task.Status.State === "running",
    );

  test("is not held up by a service that can't be made", async () => {
    const stranger = await docker.createService({
      Name: "fixture-web",
      TaskTemplate: { ContainerSpec: { Image: "debian:trixie-slim", Command: ["sleep", "1000"] } },
      Mode: { Replicated: { Replicas: 0 } },
    });
    const { exitCode, output, seconds } = await stack.up();
    expect([exitCode, output]).toEqual([
      expect.anything(),
      expect.stringMatching(/name conflicts/),
    ]);
    expect(exitCode).not.toBe(0);
    expect(seconds).toBeLessThan(60);
    await docker.getService(stranger.id).remove();
  }, 300_000);

  test("is created, and serves when `up` says so", async () => {
    const { exitCode, output } = await stack.up();
    expect([exitCode, output]).toEqual([0, expect.anything()]);
    expect(await runningTasks("fixture-web")).toHaveLength(2);
    expect(await stack.output("image")).toMatch(/@sha256:[0-9a-f]{64}$/);
  }, 300_000);

  test("is not changed by a second `up`, nor by one that refreshes first", async () => {
    const second = await stack.up();
    expect([second.exitCode, Object.keys(second.changes)]).toEqual([0, ["same"]]);
    const refreshed = await stack.up("--refresh");
    expect([refreshed.exitCode, Object.keys(refreshed.changes)]).toEqual([0, ["same"]]);
  }, 120_000);

  test("keeps every secret out of state, inspection and logs", async () => {
    const token = await stack.output("token");
    expect(token).toHaveLength(32);
    const { ID } = await inspectService("fixture-web");
    const places = [
      await stack.export(),
      JSON.stringify(await docker.listServices()),
      JSON.stringify(await docker.listSecrets()),
      JSON.stringify(await Promise.all((await docker.listContainers()).map(inspectContainer))),
      String(await docker.getService(ID).logs({ stdout: true, stderr: true })),
    ];
    for (const place of places) {
      expect(place).not.toContain(token);
      expect(place).not.toContain(Buffer.from(token).toString("base64"));
    }
  }, 60_000);

  const inspectContainer = ({ Id }: { Id: string }) => docker.getContainer(Id).inspect();

  test("runs without root, capabilities or a writable root file system", async () => {
    const { Spec } = await inspectService("fixture-web");
    const container = Spec.TaskTemplate.ContainerSpec;
    expect(container).toMatchObject({ User: "1000:1000", ReadOnly: true, CapabilityDrop: ["ALL"] });
  });

  test("refuses a release that crashes, names it, and keeps the old one serving", async () => {
    const before = (await runningTasks("fixture-web")).map((task: { ID: string }) => task.ID);
    stack.useImage("crashing");
    const bad = await stack.up();
    expect(bad.exitCode).not.toBe(0);
    expect(bad.output).toContain("roll-out of service fixture-web failed");
    expect(bad.output).toContain("cannot read the flux capacitor");
    const after = (await runningTasks("fixture-web")).map((task: { ID: string }) => task.ID);
    expect(after.toSorted()).toEqual(before.toSorted());
  }, 120_000);

  test("refuses a release that ends by itself, though without an error", async () => {
    await stack.refresh();
    stack.useImage("ending");
    const bad = await stack.up();
    expect(bad.exitCode).not.toBe(0);
    expect(bad.output).toContain("roll-out of service fixture-web failed");
    expect(bad.output).toContain("nothing more to do");
  }, 120_000);

  test("shows exactly the pending change once reality is read, and takes a good release", async () => {
    await stack.refresh();
    const preview = await stack.preview();
    expect(preview).toMatch(/1 to update/);
    stack.useImage("good");
    const good = await stack.up();
    expect([good.exitCode, good.output]).toEqual([0, expect.anything()]);
    expect(await runningTasks("fixture-web")).toHaveLength(2);
  }, 180_000);

  test("scales without touching the replicas that are there", async () => {
    const before = (await runningTasks("fixture-web")).map((task: { ID: string }) => task.ID);
    stack.set("replicas", "4");
    const { exitCode, changes } = await stack.up();
    expect([exitCode, changes.update]).toEqual([0, 1]);
    const after = (await runningTasks("fixture-web")).map((task: { ID: string }) => task.ID);
    expect(after).toHaveLength(4);
    expect(after).toEqual(expect.arrayContaining(before));
  }, 120_000);

  test("replaces a secret: the service is updated in place, the old secret goes after it", async () => {
    const old = await stack.output("token");
    const { ID } = await inspectService("fixture-web");
    stack.set("secretVersion", "2");
    const { exitCode } = await stack.up();
    expect(exitCode).toBe(0);
    expect(await stack.output("token")).not.toBe(old);
    expect((await inspectService("fixture-web")).ID).toBe(ID);
    const secrets = await docker.listSecrets();
    expect(secrets.filter((secret) => secret.Spec?.Name?.startsWith("token"))).toHaveLength(1);
  }, 180_000);

  test("updates one image: one build, one push, one roll-out, nothing else", async () => {
    stack.useImage("good", "# changed\n");
    const { exitCode, changes } = await stack.up();
    expect(exitCode).toBe(0);
    expect(changes).toMatchObject({ replace: 2, update: 1 });
  }, 180_000);

  test("is destroyed without a trace", async () => {
    await stack.destroy();
    expect(await docker.listServices()).toEqual([]);
    expect(await docker.listSecrets()).toEqual([]);
    const networks = await docker.listNetworks();
    expect(networks.filter((network) => network.Labels?.["ha-store.stack"])).toEqual([]);
  }, 120_000);
});
