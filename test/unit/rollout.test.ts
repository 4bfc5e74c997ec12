import { engineApi } from "../../components/orchestrator/swarm/engine-api.ts";
import { RolloutError, waitForRollout } from "../../components/orchestrator/swarm/rollout.ts";
import {
  type Answer,
  type EngineServer,
  multiplexed,
  serveEngine,
  unanswered,
} from "./support/engine-server.ts";

const updatedAt = "2026-03-01T12:00:00.000000000Z";
const template = (image: string, constraints: string[] = []) => ({
  ContainerSpec: { Image: image, Env: ["PORT=8080"] },
  Placement: { Constraints: constraints },
});
const current = template("catalog@sha256:2");
const previous = template("catalog@sha256:1");

/** What the service is at one look at it. */
interface Look {
  update?: { State: string; Message?: string };
  tasks?: object[];
  replicas?: number | "global";
  spec?: object;
}

let number = 0;

/** A task of the newest specification, healthy unless said otherwise. */
function task(state = "running", more: object = {}) {
  number += 1;
  return {
    ID: `task${number}`,
    NodeID: "node2id",
    Slot: 1,
    CreatedAt: new Date(Date.parse(updatedAt) + number * 1000).toISOString(),
    DesiredState: state === "failed" ? "shutdown" : "running",
    // Another order of keys, as the engine is free to have.
    Spec: { Placement: current.Placement, ContainerSpec: current.ContainerSpec },
    Status: { State: state, Timestamp: updatedAt, Message: state },
    ...more,
  };
}

const failed = (reason: string, more: object = {}) =>
  task("failed", { Status: { State: "failed", Timestamp: updatedAt, Err: reason }, ...more });

let engine: EngineServer | undefined;
afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

/** Waits for a roll-out that goes through the looks, one at each poll, and stays at the last. */
async function rollOut(looks: Look[], timeoutSeconds = 60, more: Record<string, Answer> = {}) {
  let polls = 0;
  const look = () => looks[Math.min(polls, looks.length) - 1] ?? {};
  engine = await serveEngine({
    "/services/abc123": () => {
      polls += 1;
      const { replicas = 2, update, spec = current } = look();
      return {
        ID: "abc123",
        UpdatedAt: updatedAt,
        Spec: {
          Name: "ha-store-dev-catalog",
          TaskTemplate: spec,
          Mode: replicas === "global" ? { Global: {} } : { Replicated: { Replicas: replicas } },
        },
        UpdateStatus: update,
      };
    },
    "/tasks": (query) => {
      expect(JSON.parse(query.get("filters") ?? "")).toEqual({ service: ["abc123"] });
      return look().tasks ?? [];
    },
    "/nodes/node2id": () => ({ Description: { Hostname: "node-2" } }),
    ...more,
  });
  const said: string[] = [];
  const started = Date.now();
  const error = await waitForRollout(await engineApi(engine.host), {
    serviceId: "abc123",
    timeoutSeconds,
    progress: (message) => said.push(message),
  }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const seconds = (Date.now() - started) / 1000;
  return { error, message: error instanceof Error ? error.message : "", said, polls, seconds };
}

describe("it waits until every task serves", () => {
  test("a new service: until all its tasks are healthy, and tells how many are", async () => {
    const { error, said, polls } = await rollOut([
      { tasks: [] },
      { tasks: [task("preparing"), task("starting")] },
      { tasks: [task(), task("starting")] },
      { tasks: [task(), task("starting")] },
      { tasks: [task(), task()] },
    ]);
    expect(error).toBeUndefined();
    expect(polls).toBe(5);
    expect(said).toEqual(["0 of 2 healthy", "1 of 2 healthy"]);
  });

  test("a service that is up already: one look is enough", async () => {
    const { error, polls, said } = await rollOut([{ tasks: [task(), task()] }]);
    expect([error, polls, said]).toEqual([undefined, 1, []]);
  });

  test("an update: until no task of the version before is wanted, and Swarm is done", async () => {
    const old = task("running", { Spec: previous });
    const stopping = { ...old, DesiredState: "shutdown" };
    const { error, polls } = await rollOut([
      { update: { State: "updating" }, tasks: [old, task("starting")] },
      { update: { State: "updating" }, tasks: [old, task(), task()] },
      { update: { State: "updating" }, tasks: [stopping, task(), task()] },
      { update: { State: "completed" }, tasks: [stopping, task(), task()] },
    ]);
    expect(error).toBeUndefined();
    expect(polls).toBe(4);
  });

  // Right after the change, Swarm has neither started the update nor said so.
  test("a change that Swarm has not taken up yet", async () => {
    const old = [task("running", { Spec: previous }), task("running", { Spec: previous })];
    const { polls } = await rollOut([{ tasks: old }, { tasks: [task(), task()] }]);
    expect(polls).toBe(2);
  });

  // Swarm replaces no task for its placement alone, and a task does not repeat the runtime.
  test("a change of placement leaves the tasks as they are", async () => {
    const spec = { ...template("catalog@sha256:2", ["node.role==worker"]), Runtime: "container" };
    const { error, polls } = await rollOut([{ spec, tasks: [task(), task()] }]);
    expect([error, polls]).toEqual([undefined, 1]);
  });

  test("fewer replicas: until the task too many is gone", async () => {
    const { polls } = await rollOut([
      { tasks: [task(), task(), task()] },
      { tasks: [task(), task(), { ...task(), DesiredState: "remove" }] },
    ]);
    expect(polls).toBe(2);
  });

  test("a failure or two on the way are told, and no reason to give up", async () => {
    const failures = [failed("task: non-zero exit (1)"), failed("task: non-zero exit (1)")];
    const { error, said } = await rollOut([
      { tasks: [task(), task("starting"), ...failures] },
      { tasks: [task(), task(), ...failures] },
    ]);
    expect(error).toBeUndefined();
    expect(said).toEqual(["1 of 2 healthy, 2 failed"]);
  });

  // Failures of last week don't count against the replica that is added today.
  test("failures from before the change are no reason to give up", async () => {
    const old = { CreatedAt: "2026-02-01T12:00:00.000000000Z" };
    const failures = Array.from({ length: 5 }, () => failed("task: non-zero exit (1)", old));
    const { error, said } = await rollOut([
      { replicas: 3, tasks: [task(), task(), task("starting"), ...failures] },
      { replicas: 3, tasks: [task(), task(), task(), ...failures] },
    ]);
    expect(error).toBeUndefined();
    expect(said).toEqual(["2 of 3 healthy"]);
  });
});

describe("it fails, and says of what", () => {
  const log = ["starting", "can't reach db:5432: Zeitüberschreitung ✗", "exit"];
  const logs = (id: string): Record<string, Answer> => ({
    [`/tasks/${id}/logs`]: (query) => {
      expect(Object.fromEntries(query)).toMatchObject({ stdout: "true", stderr: "true" });
      const tail = Number(query.get("tail"));
      return Buffer.concat([
        multiplexed([...Array(100).fill("noise"), ...log.slice(0, 2)].slice(1 - tail)),
        multiplexed(log.slice(2), 2),
      ]);
    },
  });

  test("Swarm went back: service, task, node, reason and last log lines", async () => {
    const first = failed("task: non-zero exit (3)");
    const last = failed("task: non-zero exit (7)", { Slot: 2 });
    const old = [task("running", { Spec: previous }), task("running", { Spec: previous })];
    const { error, message, said, polls } = await rollOut(
      [
        { update: { State: "updating" }, tasks: [first, task("starting"), ...old] },
        { update: { State: "rollback_started" }, tasks: [first, last, ...old] },
        { update: { State: "rollback_completed" }, spec: previous, tasks: [last, first, ...old] },
      ],
      60,
      logs(last.ID),
    );
    expect(error).toBeInstanceOf(RolloutError);
    expect(polls).toBe(3);
    expect(said.at(-1)).toBe("failed; Swarm is going back to the previous version");
    const lines = message.split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "roll-out of service ha-store-dev-catalog failed: Swarm went back to the previous version",
      `task ha-store-dev-catalog.2 (${last.ID}) on node node-2 is failed: task: non-zero exit (7)`,
      "its last log lines:",
    ]);
    expect(lines).toHaveLength(3 + 15);
    expect(lines.slice(-4)).toEqual(["noise", ...log].map((line) => `  ${line}`));
  });

  test.each(["paused", "rollback_paused"])("Swarm says %s: with its reason", async (State) => {
    const Message = "update paused due to failure or early termination of task 1";
    const { error, message } = await rollOut([{ update: { State, Message }, tasks: [] }]);
    expect(error).toBeInstanceOf(RolloutError);
    expect(message).toBe(
      `roll-out of service ha-store-dev-catalog failed: Swarm paused it: ${Message}`,
    );
  });

  test("tasks of a new service fail over and over: long before time is up", async () => {
    const failures = Array.from({ length: 4 }, () => failed("task: non-zero exit (1)"));
    const { error, message, polls, seconds } = await rollOut(
      [
        { tasks: [task("starting"), task("starting"), ...failures.slice(1)] },
        { tasks: [task("starting"), task("starting"), ...failures] },
      ],
      300,
      logs(failures.at(-1)?.ID ?? ""),
    );
    expect(error).toBeInstanceOf(RolloutError);
    expect(polls).toBe(2);
    expect(seconds).toBeLessThan(10);
    expect(message).toMatch(/service ha-store-dev-catalog failed: its tasks failed 4 times\ntask /);
    expect(message).toContain("  can't reach db:5432");
  });

  test("an update's failures are Swarm's to judge: it goes back by itself", async () => {
    const failures = Array.from({ length: 5 }, () => failed("task: non-zero exit (1)"));
    const { error, polls } = await rollOut([
      { update: { State: "updating" }, tasks: [task(), ...failures] },
      { update: { State: "completed" }, tasks: [task(), task(), ...failures] },
    ]);
    expect([error, polls]).toEqual([undefined, 2]);
  });

  test("time is up: how long, how far, and what it waits for", async () => {
    const Err = "no suitable node (insufficient resources on 3 nodes)";
    const pending = task("pending", {
      NodeID: undefined,
      Status: { State: "pending", Timestamp: updatedAt, Message: "pending task scheduling", Err },
    });
    const { error, message, said, seconds } = await rollOut([{ tasks: [task(), pending] }], 1);
    expect(error).toBeInstanceOf(RolloutError);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThan(5);
    expect(said).toEqual([`1 of 2 healthy (${Err})`]);
    expect(message.split("\n")).toEqual([
      `roll-out of service ha-store-dev-catalog failed: not complete after 1 s (1 of 2 healthy (${Err}))`,
      `task ha-store-dev-catalog.1 (${pending.ID}) is pending: ${Err}`,
      "it logged nothing",
    ]);
  });

  test("a task that never gets healthy is told with its log", async () => {
    const starting = task("starting");
    const { message } = await rollOut([{ tasks: [task(), starting] }], 1, logs(starting.ID));
    expect(message).toContain(`(${starting.ID}) on node node-2 is starting: starting\n`);
    expect(message).toContain("  can't reach db:5432");
  });

  const hangs: [string, Answer][] = [
    ["says nothing at all", () => unanswered],
    [
      "stops in the middle",
      (_, response) => {
        response.writeHead(200).write(multiplexed(["starting"]));
        return unanswered;
      },
    ],
  ];
  test.each(hangs)("a node whose log %s does not keep the error back", async (_, answer) => {
    const last = failed("task: non-zero exit (7)");
    const { message, seconds } = await rollOut(
      [{ update: { State: "rollback_completed" }, tasks: [last] }],
      60,
      { [`/tasks/${last.ID}/logs`]: answer },
    );
    expect(seconds).toBeLessThan(10);
    expect(message).toMatch(/on node node-2 is failed: task: non-zero exit \(7\)\nit logged noth/);
  });

  test("a node that is gone goes by its identifier", async () => {
    const last = failed("task: non-zero exit (7)", { NodeID: "gone", Slot: undefined });
    const look = { update: { State: "rollback_completed" }, tasks: [last] };
    expect((await rollOut([look])).message).toContain(
      `task ha-store-dev-catalog.gone (${last.ID}) on node gone is failed`,
    );
  });

  test("a service that somebody removed", async () => {
    const missing = (_: URLSearchParams, response: Parameters<Answer>[1]) => {
      response.writeHead(404).end(JSON.stringify({ message: "service abc123 not found" }));
      return unanswered;
    };
    const { message } = await rollOut([{}], 60, { "/services/abc123": missing });
    expect(message).toContain("service abc123 not found");
  });
});

describe("a global service has a task on each node that may take one", () => {
  const node = (
    id: string,
    more: { state?: string; availability?: string; role?: string } = {},
  ) => ({
    ID: id,
    Spec: {
      Availability: more.availability ?? "active",
      Labels: { zone: `zone-${id.at(-1)}` },
      Role: more.role ?? "worker",
    },
    Status: { State: more.state ?? "ready" },
    Description: { Hostname: `host-${id}` },
  });
  const nodes = () => [
    node("node1", { role: "manager" }),
    node("node2"),
    node("node3"),
    node("node4", { state: "down" }),
    node("node5", { availability: "drain" }),
    node("node6", { availability: "pause" }),
  ];

  test.each<[string[], number]>([
    [[], 3],
    [["node.labels.zone==zone-2"], 1],
    [["node.labels.zone == zone-2"], 1],
    [["node.labels.zone!=zone-2"], 2],
    [["node.labels.disk!=slow"], 3],
    [["node.role==manager"], 1],
    [["node.role!=manager", "node.labels.zone!=zone-3"], 1],
    [["node.hostname==host-node3"], 1],
    [["node.id==node2"], 1],
    [["node.labels.zone==zone-4"], 0],
  ])("%j: %i", async (constraints, count) => {
    const spec = template("haproxy@sha256:1", constraints);
    const tasks = (howMany: number) =>
      Array.from({ length: howMany }, () => task("running", { Spec: spec, Slot: undefined }));
    const { error, polls, said } = await rollOut(
      [
        { replicas: "global", spec, tasks: tasks(count + 1) },
        { replicas: "global", spec, tasks: tasks(count) },
      ],
      60,
      { "/nodes": nodes },
    );
    expect([error, polls, said]).toEqual([undefined, 2, [`${count + 1} of ${count} healthy`]]);
  });
});
