import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { SwarmOrchestrator } from "../../components/orchestrator/swarm/swarm-orchestrator.ts";
import { plain, type Recording, recordResources } from "../support/pulumi-mocks.ts";
import {
  type Answer,
  credentialsGiven,
  type EngineServer,
  multiplexed,
  serveEngine,
} from "./support/engine-server.ts";
import { reasonOf } from "./support/output.ts";

const type = "docker:index/service:Service";
/** Identifier that the recording gives to the service. */
const id = `catalog-${createHash("sha256").update(type).digest("hex").slice(0, 7)}`;
const template = { ContainerSpec: { Image: "catalog@sha256:2" } };

let recording: Recording;
let engine: EngineServer | undefined;
beforeEach(() => {
  // Where there is no CLI, progress goes to the console.
  jest.spyOn(console, "log").mockImplementation();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await engine?.close();
  engine = undefined;
});

/** A task of the service. */
const task = (ID: string, State: string, more: object = {}) => ({
  ID,
  ServiceID: id,
  NodeID: "node2id",
  Slot: 1,
  // Newer than the watch, which begins when the service is registered.
  CreatedAt: new Date(Date.now() + 60_000).toISOString(),
  DesiredState: State === "failed" ? "shutdown" : "running",
  Spec: template,
  Status: { State, Timestamp: "", Message: State, ContainerStatus: { PID: 1 } },
  ...more,
});

/** The labels that the service was asked for with; none until it was. */
function labels(): Record<string, string> {
  const [asked] = recording.ofType(type);
  const list = plain(asked?.inputs.labels ?? []) as { label: string; value: string }[];
  return Object.fromEntries(list.map(({ label, value }) => [label, value]));
}

const service = (Labels: object, State?: string) => ({
  ID: id,
  UpdatedAt: new Date(0).toISOString(),
  Spec: {
    Name: "ha-store-dev-catalog",
    Labels,
    TaskTemplate: template,
    Mode: { Replicated: { Replicas: 2 } },
  },
  UpdateStatus: State && { State, Message: "" },
});

/** Registers a service in an update, and gives what its gate said: nothing where it let it pass. */
async function gate(
  answers: { service: Answer } & Record<string, Answer>,
): Promise<string | undefined> {
  recording = await recordResources({ preview: false });
  engine = await serveEngine({
    ...credentialsGiven,
    "/nodes/node2id": () => ({ Description: { Hostname: "node-2" } }),
    // Swarm knows a service by either.
    [`/services/${id}`]: answers.service,
    "/services/ha-store-dev-catalog": answers.service,
    ...answers,
  });
  const swarm = new SwarmOrchestrator("swarm", {
    host: engine.host,
    prefix: "ha-store-dev",
    registry: { address: "r:5000", username: "u", password: "p", insecure: true },
  });
  const { ready } = swarm.replicatedService(
    "catalog",
    {
      image: "catalog@sha256:2",
      networks: [],
      resources: { memoryLimitMiB: 128 },
      replicas: 2,
      rolloutTimeoutSeconds: 20,
    },
    { parent: new pulumi.ComponentResource("test:index:Parent", "parent") },
  );
  return reasonOf(ready);
}

test("what was asked for serves: it passes", async () => {
  const said = await gate({
    service: () => service(labels()),
    "/tasks": () => [task("one", "running"), task("two", "running")],
  });
  expect(said).toBeUndefined();
});

test("another version serves: it does not pass, and says what to do", async () => {
  const said = await gate({
    service: () => service({ ...labels(), "ha-store.specification": "0f1e2d3c4b5a" }),
    "/tasks": () => [task("one", "running"), task("two", "running")],
  });
  expect(said).toContain("roll-out of service ha-store-dev-catalog failed");
  expect(said).toContain("`pulumi up --refresh`");
});

test("a task that failed during the update is told with its log after Swarm forgot it", async () => {
  const failed = task("one", "failed", {
    Status: { State: "failed", Timestamp: "", Err: "task: non-zero exit (7)" },
  });
  let asked = false;
  let forgotten = false;
  const said = await gate({
    service: () => (forgotten ? service({}, "rollback_completed") : service(labels(), "updating")),
    "/tasks": (query) => {
      // The watch looks at the whole stack, again only after it has heard the log to its end.
      const isWatch = "label" in JSON.parse(query.get("filters") ?? "{}");
      if (isWatch && asked) forgotten = true;
      // The gate itself never gets to see the task.
      return isWatch && !forgotten ? [failed] : [];
    },
    "/tasks/one/logs": () => {
      asked = true;
      return multiplexed(["starting", "can't reach db:5432"]);
    },
  });
  expect(said).toBe(
    [
      "roll-out of service ha-store-dev-catalog failed: Swarm went back to the previous version",
      "task ha-store-dev-catalog.1 (one) on node node-2 is failed: task: non-zero exit (7)",
      "its last log lines:",
      "  starting",
      "  can't reach db:5432",
    ].join("\n"),
  );
});
