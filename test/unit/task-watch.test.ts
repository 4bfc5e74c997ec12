import { engineApi } from "../../components/orchestrator/swarm/engine-api.ts";
import { TaskWatch } from "../../components/orchestrator/swarm/task-watch.ts";
import { until } from "../support/until.ts";
import { type EngineServer, multiplexed, serveEngine } from "./support/engine-server.ts";

/** What Swarm remembers at the moment. */
let tasks: object[];
let logs: Record<string, string[]>;
/** Whether the engine is ill. */
let ill: boolean;
/** How often the tasks were asked for. */
let looks: number;
let engine: EngineServer;
let watch: TaskWatch;

beforeEach(async () => {
  tasks = [];
  logs = {};
  ill = false;
  looks = 0;
  const log = (id: string) => () => multiplexed(logs[id] ?? []);
  const service = (Name: string) => () => ({ Spec: { Name } });
  engine = await serveEngine({
    "/tasks": (query, response) => {
      expect(JSON.parse(query.get("filters") ?? "")).toEqual({
        label: ["ha-store.stack=ha-store-dev"],
      });
      looks += 1;
      if (ill) response.statusCode = 500;
      return ill ? { message: "the Swarm has no leader" } : tasks;
    },
    "/services/catalog": service("ha-store-dev-catalog"),
    "/services/orders": service("ha-store-dev-orders"),
    "/nodes/node2id": () => ({ Description: { Hostname: "node-2" } }),
    "/tasks/one/logs": log("one"),
    "/tasks/two/logs": log("two"),
  });
  watch = new TaskWatch(() => engineApi(engine.host), "ha-store-dev");
});

let watching = 0;
const start = () => {
  watching += 1;
  watch.watch();
};
const stop = () => {
  watching -= 1;
  watch.release();
};
afterEach(async () => {
  while (watching > 0) stop();
  await engine.close();
});

/** A task that failed so many seconds after the watch began. */
const failed = (ID: string, seconds: number, ServiceID = "catalog") => ({
  ID,
  ServiceID,
  NodeID: "node2id",
  Slot: 1,
  CreatedAt: new Date(Date.now() + seconds * 1000).toISOString(),
  DesiredState: "shutdown",
  Spec: {},
  Status: { State: "failed", Timestamp: "", Err: `task: non-zero exit (${seconds})` },
});

/** Until everything that Swarm remembers now has been seen: the look after next is a whole one. */
async function seen(): Promise<void> {
  const before = looks;
  await until("two more looks", () => looks >= before + 2);
}

test("what a failed task said is known after Swarm forgot it", async () => {
  tasks = [failed("one", 3), { ...failed("two", 4), Status: { State: "running", Timestamp: "" } }];
  logs.one = ["starting", "can't reach db:5432"];
  start();
  await until("a report on catalog", () => watch.reportOn("catalog") !== undefined);
  tasks = [];
  logs = {};
  await seen();
  expect(watch.reportOn("catalog")).toBe(
    [
      "task ha-store-dev-catalog.1 (one) on node node-2 is failed: task: non-zero exit (3)",
      "its last log lines:",
      "  starting",
      "  can't reach db:5432",
    ].join("\n"),
  );
});

test("a later failure takes the place of an earlier one, and not the other way round", async () => {
  const [one, two] = [failed("one", 1), failed("two", 2)];
  tasks = [one];
  start();
  await until(
    "a report on catalog with (one)",
    () => watch.reportOn("catalog")?.includes("(one)") ?? false,
  );
  tasks = [two, one];
  await until(
    "a report on catalog with (two)",
    () => watch.reportOn("catalog")?.includes("(two)") ?? false,
  );
  tasks = [one];
  await seen();
  expect(watch.reportOn("catalog")).toContain("(two)");
});

test("each service has its own report, and those that did not fail have none", async () => {
  tasks = [failed("one", 1), failed("two", 1, "orders")];
  start();
  await until("a report on catalog", () => watch.reportOn("catalog") !== undefined);
  await until("a report on orders", () => watch.reportOn("orders") !== undefined);
  expect(watch.reportOn("catalog")).toContain("task ha-store-dev-catalog.1 (one)");
  expect(watch.reportOn("orders")).toContain("task ha-store-dev-orders.1 (two)");
  expect(watch.reportOn("storefront")).toBeUndefined();
});

test("failures from before the update are not its own", async () => {
  tasks = [failed("one", -60)];
  start();
  await seen();
  expect(watch.reportOn("catalog")).toBeUndefined();
});

test("an engine that is ill for a moment is asked again", async () => {
  ill = true;
  start();
  await seen();
  ill = false;
  tasks = [failed("one", 1)];
  await until("a report on catalog", () => watch.reportOn("catalog") !== undefined);
});

test("it looks until the last watcher is gone, and what it knows stays known", async () => {
  start();
  start();
  stop();
  tasks = [failed("one", 1)];
  await until("a report on catalog", () => watch.reportOn("catalog") !== undefined);
  stop();
  await new Promise((done) => setTimeout(done, 100));
  const before = looks;
  // That something does not happen can't be waited for; four looks would fit in here.
  await new Promise((done) => setTimeout(done, 1_200));
  expect(looks).toBe(before);
  expect(watch.reportOn("catalog")).toContain("(one)");
});
