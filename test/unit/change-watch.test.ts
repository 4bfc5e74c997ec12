import { EventEmitter, on } from "node:events";
import {
  type Changes,
  ChangeWatch,
} from "../../components/orchestrator/kubernetes/change-watch.ts";
import { clusterApi } from "../../components/orchestrator/kubernetes/cluster-api.ts";
import { nameLabel } from "../../components/orchestrator/kubernetes/names.ts";
import { sleep } from "../support/sleep.ts";
import { until } from "../support/until.ts";
import { type Answer, type ClusterServer, serveCluster } from "./support/cluster-server.ts";

const pods = "/api/v1/namespaces/shop/pods";
const workloads = ["deployments", "statefulsets", "daemonsets"].map(
  (kind) => `/apis/apps/v1/namespaces/shop/${kind}`,
);
/** Far longer than what is told at once takes. */
const patience = 20_000;

let server: ClusterServer;
const cluster = new EventEmitter();
afterEach(async () => {
  cluster.emit("end");
  await server.close();
});

async function* told(path: string): AsyncGenerator<object> {
  for await (const [event] of on(cluster, path, { close: ["end"] })) yield event;
}

/** Waits for the workload `catalog` in a cluster that answers a watch so. */
async function during(
  answerOf: (path: string) => Answer,
  wait: (changes: Changes) => Promise<void>,
): Promise<void> {
  const paths = [pods, ...workloads].map((path) => [`watch ${path}`, () => answerOf(path)]);
  server = await serveCluster(Object.fromEntries(paths));
  const api = await clusterApi({ kubeconfig: server.kubeconfig });
  await new ChangeWatch(api.watch, "shop").during("catalog", wait);
}

/** Until each path is watched. */
async function watched(): Promise<void> {
  const paths = [pods, ...workloads];
  await until("all to be watched", () => paths.every((path) => cluster.listenerCount(path) === 1));
}

/** Milliseconds until the next change. */
async function next(changes: Changes): Promise<number> {
  const started = performance.now();
  await changes.next(patience);
  return performance.now() - started;
}

test.each([
  ["the workload", workloads[1] ?? "", { name: "catalog" }],
  ["one of its pods", pods, { name: "catalog-x1", labels: { [nameLabel]: "catalog" } }],
])("a change of %s is told at once; what others do is not", async (_, path, metadata) => {
  await during(told, async (changes) => {
    await watched();
    const waiting = next(changes);
    let over = false;
    void waiting.then(() => {
      over = true;
    });
    cluster.emit(path, { type: "MODIFIED", object: { metadata: { name: "orders" } } });
    await sleep(1.5);
    expect(over).toBe(false);
    cluster.emit(path, { type: "MODIFIED", object: { metadata } });
    expect(await waiting).toBeLessThan(patience / 2);
  });
});

test("what changed while it was looked at is not missed", async () => {
  await during(told, async (changes) => {
    await watched();
    cluster.emit(pods, { type: "MODIFIED", object: { metadata: { name: "catalog" } } });
    await sleep(0.2);
    expect(await next(changes)).toBeLessThan(patience / 2);
  });
});

test("where one kind may not be watched, it is looked at twice a second", async () => {
  const forbidden = (path: string) => (path === pods ? 403 : told(path));
  await during(forbidden, async (changes) => {
    for (let look = 0; look < 3; look++) expect(await next(changes)).toBeLessThan(patience / 2);
  });
});

test("a watch that the server ends is opened again", async () => {
  await during(told, async (changes) => {
    await watched();
    const waiting = next(changes);
    cluster.emit("end");
    expect(await waiting).toBeLessThan(patience / 2);
    await watched();
    const again = next(changes);
    cluster.emit(pods, { type: "MODIFIED", object: { metadata: { name: "catalog" } } });
    expect(await again).toBeLessThan(patience / 2);
  });
});

test("nothing is watched once nobody waits", async () => {
  await during(told, watched);
  await until("all watches to be closed", async () => (await server.connections()) === 0);
});
