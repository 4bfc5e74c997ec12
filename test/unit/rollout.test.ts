import { failed, otherVersion, previous, rollOut, task, template } from "./support/rollout.ts";

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

  test("a task that has just ended is not healthy, though Swarm still calls it running", async () => {
    const ended = { State: "running", Timestamp: "", ContainerStatus: { PID: 0 } };
    const { error, polls } = await rollOut([
      { tasks: [task(), task("running", { Status: ended })] },
      { tasks: [task(), task()] },
    ]);
    expect([error, polls]).toEqual([undefined, 2]);
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

  test("the version before, while the update has not been made, is waited for", async () => {
    const old = [task("running", { Spec: previous }), task("running", { Spec: previous })];
    const before = { labels: otherVersion, spec: previous, tasks: old, applied: false };
    const { error, polls, said } = await rollOut([
      before,
      { ...before, update: { State: "rollback_completed" } },
      { tasks: [task(), task()] },
    ]);
    expect([error, polls, said]).toEqual([undefined, 3, ["not updated yet"]]);
  });

  // Swarm keeps saying how the last update ended until the next one begins.
  test("a rollback of long ago, on a service that is what was asked for, is no failure", async () => {
    const update = { State: "rollback_completed" };
    const { error, polls, said } = await rollOut([
      { update, tasks: [task(), task("starting")] },
      { update, tasks: [task(), task()] },
    ]);
    expect([error, polls, said]).toEqual([undefined, 2, ["1 of 2 healthy"]]);
  });

  test("a rollback to what was asked for is waited for like an update", async () => {
    const tasks = [task(), task()];
    const { error, polls } = await rollOut([
      { update: { State: "rollback_started" }, tasks },
      { update: { State: "rollback_completed" }, tasks },
    ]);
    expect([error, polls]).toEqual([undefined, 2]);
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
