import * as pulumi from "@pulumi/pulumi";
import { KubernetesOrchestrator } from "../../components/orchestrator/kubernetes/kubernetes-orchestrator.ts";
import type { Orchestrator } from "../../components/orchestrator/orchestrator.ts";
import { SwarmOrchestrator } from "../../components/orchestrator/swarm/swarm-orchestrator.ts";
import { plain, promiseOf, type Recording, recordResources } from "../support/pulumi-mocks.ts";
import { until } from "../support/until.ts";
import { serveCluster } from "./support/cluster-server.ts";
import { type Answer, credentialsGiven, serveEngine } from "./support/engine-server.ts";
import { kinds, workload } from "./support/kubernetes.ts";

const registry = { address: "registry:5000", username: "ci", password: "p", insecure: true };

/** A cluster of which is known what stands in it from before, what was asked for since, and what serves. */
interface Cluster {
  orchestrator: Orchestrator;
  /** What was asked for in this run. */
  asked: () => string[];
  /** All of this serves from now on. */
  serving: Set<string>;
}

type Start = (standing: string[], serving: Set<string>) => Promise<Cluster>;

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  await close?.();
  close = undefined;
});

async function recorded(types: string[]): Promise<{ recording: Recording; asked: () => string[] }> {
  // Where there is no CLI, progress goes to the console.
  jest.spyOn(console, "log").mockImplementation();
  const recording = await recordResources({ preview: false });
  const asked = () =>
    recording.resources.filter(({ type }) => types.includes(type)).map(({ name }) => name);
  return { recording, asked };
}

async function swarm(standing: string[], serving: Set<string>): Promise<Cluster> {
  const type = "docker:index/service:Service";
  const { recording, asked } = await recorded([type]);
  const template = { ContainerSpec: { Image: "shop@sha256:1" } };
  const labelsOf = (name: string) => {
    const labels = plain(recording.one(type, name).inputs.labels) as {
      label: string;
      value: string;
    }[];
    return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
  };
  const service =
    (name: string): Answer =>
    (_, response) => {
      if (!asked().includes(name) && !standing.includes(name)) {
        response.writeHead(404).end(JSON.stringify({ message: "not there" }));
        return undefined;
      }
      return {
        ID: name,
        UpdatedAt: new Date(0).toISOString(),
        Spec: {
          Name: `shop-${name}`,
          Labels: asked().includes(name) ? labelsOf(name) : { "ha-store.specification": "before" },
          TaskTemplate: template,
          Mode: { Replicated: { Replicas: 1 } },
        },
      };
    };
  const engine = await serveEngine({
    ...credentialsGiven,
    "/services/shop-db": service("db"),
    "/services/shop-orders": service("orders"),
    "/tasks": (query) => {
      const [id = ""] = JSON.parse(query.get("filters") ?? "{}").service ?? [];
      const Status = serving.has(id)
        ? { State: "running", ContainerStatus: { PID: 1 } }
        : { State: "starting" };
      return [{ ID: "task", DesiredState: "running", Spec: template, Status }];
    },
  });
  close = engine.close;
  const orchestrator = new SwarmOrchestrator("swarm", {
    host: engine.host,
    prefix: "shop",
    registry,
  });
  return { orchestrator, asked, serving };
}

async function kubernetes(standing: string[], serving: Set<string>): Promise<Cluster> {
  const { asked } = await recorded([kinds.deployment, kinds.statefulSet]);
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
  return { orchestrator, asked, serving };
}

describe.each<[string, Start]>([
  ["Docker Swarm", swarm],
  ["Kubernetes", kubernetes],
])("a service that is given a database, on %s", (_, start) => {
  /** Asks for both, the service to roll out when the database has started up. */
  async function rollOut(standing: string[], serving: string[] = []) {
    const cluster = await start(standing, new Set(serving));
    const { orchestrator } = cluster;
    const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    const spec = { ...workload, members: [{ name: "db" }] };
    const [db] = orchestrator.statefulSet("db", spec, { parent });
    const orders = orchestrator.replicatedService(
      "orders",
      { ...workload, replicas: 1, rollOutAfter: db?.startedUp },
      { parent },
    );
    const ready = promiseOf(pulumi.all([db?.ready, orders.ready]).apply(() => "serving"));
    return { ...cluster, ready };
  }

  test("is changed only when the new database serves", async () => {
    const { asked, serving, ready } = await rollOut(["orders"]);
    await until("the database is asked for", () => asked().includes("db"));
    // Long enough for a service that does not wait.
    await new Promise((done) => setTimeout(done, 500));
    expect(asked()).toEqual(["db"]);
    serving.add("db");
    await until("the service is changed", () => asked().includes("orders"));
    serving.add("orders");
    expect(await ready).toBe("serving");
  });

  test("starts together with it when both are new", async () => {
    const { asked, serving, ready } = await rollOut([]);
    await until("both are asked for", () => asked().length === 2);
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
