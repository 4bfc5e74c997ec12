import { RolloutError } from "../../components/orchestrator/rollout-error.ts";
import { type Answer, multiplexed, unanswered } from "./support/engine-server.ts";
import {
  failed,
  type Look,
  otherVersion as labels,
  previous,
  rollOut,
  task,
  updatedAt,
} from "./support/rollout.ts";

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
        {
          update: { State: "rollback_started" },
          labels,
          spec: previous,
          tasks: [first, last, ...old],
        },
        {
          update: { State: "rollback_completed" },
          labels,
          spec: previous,
          tasks: [last, first, ...old],
        },
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

  test("a failed task that Swarm forgot is told by who saw it, else by nobody", async () => {
    const looks = [
      { update: { State: "updating" }, tasks: [task(), task("starting")] },
      { update: { State: "rollback_completed" }, labels, spec: previous, tasks: [] },
    ];
    const seen = "task ha-store-dev-catalog.1 (gone) on node node-2 is failed: exit (3)\n  no db";
    const told = await rollOut(looks, 60, {}, (id) => (id === "abc123" ? seen : undefined));
    const why =
      "roll-out of service ha-store-dev-catalog failed: Swarm went back to the previous version";
    expect(told.error).toBeInstanceOf(RolloutError);
    expect(told.message).toBe(`${why}\n${seen}`);
    expect((await rollOut(looks, 60, {}, () => undefined)).message).toBe(why);
  });

  // Without a rollback it was not Swarm: Pulumi's state and the cluster have drifted apart.
  test.each<[string, Look]>([
    ["somebody changed it", { labels }],
    ["after an update of somebody's", { labels, update: { State: "completed" } }],
    ["in the middle of one", { labels, update: { State: "updating" } }],
    ["no label at all", { labels: {} }],
  ])("it is another version, %s: at once, and what to do", async (_, look) => {
    const { error, message, polls } = await rollOut([{ ...look, tasks: [task(), task()] }]);
    expect(error).toBeInstanceOf(RolloutError);
    expect(polls).toBe(1);
    expect(message).toBe(
      "roll-out of service ha-store-dev-catalog failed: it is not what Pulumi takes it for; " +
        "`pulumi up --refresh` reads what is there first",
    );
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
        { tasks: [task("starting"), task("starting")] },
        { tasks: [task("starting"), task("starting"), ...failures.slice(1)] },
        { tasks: [task("starting"), task("starting"), ...failures] },
      ],
      300,
      logs(failures.at(-1)?.ID ?? ""),
    );
    expect(error).toBeInstanceOf(RolloutError);
    expect(polls).toBe(3);
    expect(seconds).toBeLessThan(10);
    expect(message).toMatch(/service ha-store-dev-catalog failed: its tasks failed 4 times\ntask /);
    expect(message).toContain("  can't reach db:5432");
  });

  test("what failed before, where a node was lost and came back, is waited for", async () => {
    const failures = Array.from({ length: 4 }, () => failed("task: non-zero exit (255)"));
    const { error, polls } = await rollOut([
      { tasks: [task(), task("starting"), ...failures] },
      { tasks: [task(), task(), ...failures] },
    ]);
    expect([error, polls]).toEqual([undefined, 2]);
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
      [{ update: { State: "rollback_completed" }, labels, tasks: [last] }],
      60,
      { [`/tasks/${last.ID}/logs`]: answer },
    );
    expect(seconds).toBeLessThan(10);
    expect(message).toMatch(/on node node-2 is failed: task: non-zero exit \(7\)\nit logged noth/);
  });

  test("a node that is gone goes by its identifier", async () => {
    const last = failed("task: non-zero exit (7)", { NodeID: "gone", Slot: undefined });
    const look = { update: { State: "rollback_completed" }, labels, tasks: [last] };
    expect((await rollOut([look])).message).toContain(
      `task ha-store-dev-catalog.gone (${last.ID}) on node gone is failed`,
    );
  });

  test("a service that somebody removed", async () => {
    const missing = (_: URLSearchParams, response: Parameters<Answer>[1]) => {
      response
        .writeHead(404)
        .end(JSON.stringify({ message: "service ha-store-dev-catalog not found" }));
      return unanswered;
    };
    const { message } = await rollOut([{}], 60, { "/services/ha-store-dev-catalog": missing });
    expect(message).toBe(
      "roll-out of service ha-store-dev-catalog failed: it is gone; " +
        "`pulumi up --refresh` reads what is there first",
    );
  });
});
