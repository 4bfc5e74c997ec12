import type Docker from "dockerode";
import { FixtureStack } from "../support/fixture-stack.ts";
import { engineOf, startLab, stopLab, type TestLab } from "../support/lab.ts";
import { SteadyLoad } from "../support/steady-load.ts";
import { bundleServices } from "../support/store.ts";
import { until } from "../support/until.ts";

/** The autoscaler on a real Swarm: replicas follow real requests, and `up` and it don't fight. */
describe("replicas that follow their load", () => {
  let lab: TestLab;
  let stack: FixtureStack;
  let docker: Docker;
  let load: SteadyLoad | undefined;

  const bounds = (minReplicas: number) =>
    JSON.stringify({
      minReplicas,
      maxReplicas: 3,
      requestsPerSecond: 10,
      stabilizationWindowSeconds: 10,
      metricsPort: 8080,
    });

  beforeAll(async () => {
    await bundleServices();
    lab = await startLab(1);
    docker = engineOf(lab);
    stack = new FixtureStack({
      dockerHost: lab.dockerHost,
      registryAddress: `${lab.address}:5000`,
      registryContext: "../../../services/registry",
      servicesFolder: "../../../services",
      countingContext: "images/counting",
      release: "1",
      autoscaling: bounds(1),
    });
    await stack.create();
    const { exitCode, output } = await stack.up();
    expect([exitCode, output]).toEqual([0, expect.anything()]);
  }, 900_000);

  afterAll(async () => {
    load?.stop();
    stack?.remove();
    await stopLab(lab);
  }, 120_000);

  const replicas = async (): Promise<number> =>
    (await docker.getService("fixture-counting").inspect()).Spec.Mode.Replicated.Replicas;
  const running = async () =>
    (await docker.listTasks({ filters: { service: ["fixture-counting"] } })).filter(
      (task: { DesiredState: string; Status: { State: string } }) =>
        task.DesiredState === "running" && task.Status.State === "running",
    ).length;

  test("more come under load", async () => {
    expect(await replicas()).toBe(1);
    load = new SteadyLoad(40, () => `http://${lab.address}:8080/`);
    await until("three replicas that run", async () => (await running()) === 3, 60);
    expect(await replicas()).toBe(3);
  }, 90_000);

  test("an `up` that changes nothing leaves them", async () => {
    const { exitCode, changes } = await stack.up();
    expect([exitCode, Object.keys(changes)]).toEqual([0, ["same"]]);
    expect(await replicas()).toBe(3);
  }, 120_000);

  test("a roll-out under load keeps all of them, of which Pulumi has seen one, and fails no request", async () => {
    const seen = [await running()];
    const watch = setInterval(async () => seen.push(await running()), 500);
    const before = load?.failures.length ?? 0;
    stack.set("release", "2");
    const { exitCode, changes, output } = await stack.up();
    clearInterval(watch);
    expect([exitCode, changes.update, output]).toEqual([0, 1, expect.anything()]);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(3);
    expect(await replicas()).toBe(3);
    expect(load?.failures.slice(before)).toEqual([]);
    expect(load?.answered).toBeGreaterThan(0);
  }, 180_000);

  test("an `up` that reads the cluster first finds no difference", async () => {
    const { exitCode, changes } = await stack.up("--refresh");
    expect([exitCode, Object.keys(changes)]).toEqual([0, ["same"]]);
    expect(await replicas()).toBe(3);
  }, 120_000);

  test("fewer are left when the load is gone", async () => {
    load?.stop();
    await until("one replica", async () => (await replicas()) === 1, 60);
  }, 90_000);

  test("new bounds move them with the `up` that brings them", async () => {
    stack.set("autoscaling", bounds(2));
    const { exitCode } = await stack.up();
    expect([exitCode, await replicas()]).toEqual([0, 2]);
  }, 120_000);
});
