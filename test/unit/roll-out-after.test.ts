import * as pulumi from "@pulumi/pulumi";
import { KubernetesOrchestrator } from "../../components/orchestrator/kubernetes/kubernetes-orchestrator.ts";
import type { Orchestrator } from "../../components/orchestrator/orchestrator.ts";
import { SwarmOrchestrator } from "../../components/orchestrator/swarm/swarm-orchestrator.ts";
import { promiseOf, type Recording, recordResources } from "../support/pulumi-mocks.ts";
import { until } from "../support/until.ts";
import { serveCluster } from "./support/cluster-server.ts";
import { credentialsGiven, serveEngine } from "./support/engine-server.ts";
import { kinds, workload } from "./support/kubernetes.ts";
import { servicesOf, standingServices } from "./support/standing-services.ts";

const registry = { address: "registry:5000", username: "ci", password: "p", insecure: true };

/** A cluster in which some stands from before, and what serves is known. */
interface Cluster {
  orchestrator: Orchestrator;
  /** What was asked for in this run. */
  asked: () => string[];
  recording: Recording;
}

type Start = (
  standing: string[],
  serving: ReadonlySet<string>,
  made: (name: string) => Promise<unknown>,
) => Promise<Cluster>;

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  await close?.();
  close = undefined;
});

async function recorded(made: (name: string) => Promise<unknown>): Promise<Recording> {
  // Where there is no CLI, progress goes to the console.
  jest.spyOn(console, "log").mockImplementation();
  return recordResources({ preview: false, made });
}

const swarm: Start = async (standing, serving, made) => {
  const recording = await recorded(made);
  const prefix = "shop";
  const names = ["db", "orders"];
  const engine = await serveEngine({
    ...standingServices({ prefix, names, standing, serving, recording }),
    ...credentialsGiven,
  });
  close = engine.close;
  const orchestrator = new SwarmOrchestrator("swarm", { host: engine.host, prefix, registry });
  return { orchestrator, asked: () => servicesOf(recording), recording };
};

const kubernetes: Start = async (standing, serving, made) => {
  const recording = await recorded(made);
  const asked = () =>
    [kinds.statefulSet, kinds.deployment].flatMap((type) =>
      recording.ofType(type).map(({ name }) => name),
    );
  const template = { metadata: { annotations: { "ha-store/specification": "before" } } };
  const object = (name: string) => () => {
    if (!asked().includes(name) && !standing.includes(name)) return 404;
    const ready = serving.has(name) ? 1 : 0;
    const status = {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: ready,
      availableReplicas: ready,
    };
    return { metadata: { generation: 1 }, spec: { replicas: 1, template }, status };
  };
  const server = await serveCluster({
    "/apis/apps/v1/namespaces/shop/deployments/orders": object("orders"),
    "/apis/apps/v1/namespaces/shop/statefulsets/db": object("db"),
    "/api/v1/namespaces/shop/pods": () => ({ items: [] }),
    "/api/v1/namespaces/shop/events": () => ({ items: [] }),
  });
  close = server.close;
  const orchestrator = new KubernetesOrchestrator("kubernetes", {
    namespace: "shop",
    prefix: "shop",
    kubeconfig: server.kubeconfig,
    registry,
  });
  return { orchestrator, asked, recording };
};

describe.each<[string, Start]>([
  ["Docker Swarm", swarm],
  ["Kubernetes", kubernetes],
])("a service that is given a database, on %s", (_, start) => {
  /** Asks for both, the service to roll out when the database has started up. */
  async function rollOut(standing: string[], made = Promise.resolve()) {
    const serving = new Set<string>();
    const ofDatabase = async (name: string) => name === "db" && made;
    const { orchestrator, asked, recording } = await start(standing, serving, ofDatabase);
    const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    const spec = { ...workload, members: [{ name: "db" }] };
    const [db] = orchestrator.statefulSet("db", spec, { parent });
    const orders = orchestrator.replicatedService(
      "orders",
      { ...workload, replicas: 1, rollOutAfter: db?.startedUp },
      { parent },
    );
    const ready = promiseOf(pulumi.all([db?.ready, orders.ready]).apply(() => "serving"));
    const dependencies = () =>
      recording.resources
        .filter(({ name }) => name === "orders")
        .flatMap(({ options }) => options.dependsOn);
    return { asked, serving, ready, dependencies };
  }

  test("is changed only when the new database serves", async () => {
    const { asked, serving, ready, dependencies } = await rollOut(["orders"]);
    await until("the database is asked for", () => asked().includes("db"));
    // Long enough for a service that does not wait.
    await new Promise((done) => setTimeout(done, 500));
    expect(asked()).toEqual(["db"]);
    serving.add("db");
    await until("the service is changed", () => asked().includes("orders"));
    serving.add("orders");
    expect(await ready).toBe("serving");
    // What is replaced may take its dependents with it.
    expect(dependencies()).not.toContain("db");
  });

  test("is made after it when both are new, and does not wait until it serves", async () => {
    let make: () => void = () => {};
    const made = new Promise<void>((resolve) => {
      make = resolve;
    });
    const { asked, serving, ready, dependencies } = await rollOut([], made);
    await until("the database is asked for", () => asked().includes("db"));
    // Long enough for a service that does not wait.
    await new Promise((done) => setTimeout(done, 500));
    expect(asked()).toEqual(["db"]);
    make();
    await until("both are asked for", () => asked().length === 2);
    expect(dependencies()).not.toContain("db");
    serving.add("db").add("orders");
    expect(await ready).toBe("serving");
  });

  // A release that mends something must not be kept back because a member is on a lost node.
  test("does not wait for one that was there, whether it serves or not", async () => {
    const { asked, serving, ready } = await rollOut(["db", "orders"]);
    await until("both are asked for", () => asked().length === 2);
    serving.add("db").add("orders");
    expect(await ready).toBe("serving");
  });
});
