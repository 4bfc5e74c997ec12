import { Autoscaler, type AutoscalerArgs } from "../../components/serving/autoscaler.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";
import { refusalOf } from "./support/refusal.ts";

let orchestrator: RecordingOrchestrator;
const application = () =>
  orchestrator.network("application", { encrypted: true, internal: true }, {});

beforeEach(async () => {
  await recordResources();
  orchestrator = new RecordingOrchestrator(["zone-1"]);
});

function make(args: Partial<AutoscalerArgs> = {}) {
  const autoscaler = new Autoscaler("autoscaler", {
    orchestrator,
    image: "registry/autoscaler@sha256:0123456789abcdef",
    networks: [application()],
    ...args,
  });
  const part = (name: string) => only(orchestrator.services.filter((one) => one.name === name));
  const networksOf = async (name: string) =>
    Promise.all(part(name).spec.networks.map(({ id }) => promiseOf(id)));
  return { autoscaler, part, networksOf };
}

test("who decides has no socket, no root and a network with the services", async () => {
  const { autoscaler, part, networksOf } = make();
  const { spec, parent } = part("autoscaler");
  expect(parent).toBe(autoscaler);
  expect(spec).toMatchObject({ replicas: 1 });
  expect([spec.orchestratorSocket, spec.user, spec.secrets, spec.ports]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(await networksOf("autoscaler")).toEqual(["autoscaler-network", "application-network"]);
});

test("who has the socket is reached by who decides alone, and knows whose services are meant", async () => {
  const { part, networksOf } = make();
  const { spec } = part("autoscaler-executor");
  expect(spec).toMatchObject({
    replicas: 1,
    command: ["/app/executor.mjs"],
    orchestratorSocket: "/run/docker.sock",
    environment: { NAMESPACE: "<namespace>", DOCKER_SOCKET: "/run/docker.sock" },
  });
  expect(spec.ports).toBeUndefined();
  expect(await networksOf("autoscaler-executor")).toEqual(["autoscaler-network"]);
  const [own] = orchestrator.networks.filter(({ name }) => name === "autoscaler");
  expect(own?.spec).toEqual({ encrypted: true, internal: true });
});

test("who decides finds the executor, and looks as often as it is told", () => {
  const { part } = make({ intervalSeconds: 5 });
  expect(part("autoscaler").spec.environment).toMatchObject({
    EXECUTOR_URL: "http://autoscaler-executor:8080",
    INTERVAL_SECONDS: "5",
  });
});

test("its decisions can be watched, and it is ready when both parts are", async () => {
  const { autoscaler } = make();
  expect(autoscaler.scrapeTargets).toEqual([{ job: "service", service: "autoscaler", port: 8080 }]);
  expect(await promiseOf(autoscaler.ready)).toHaveLength(2);
});

test.each([0, 301, 1.5])("an interval of %d s is refused", (intervalSeconds) => {
  expect(refusalOf(() => make({ intervalSeconds }))).toEqual({
    propertyPath: "intervalSeconds",
    reason: `is ${intervalSeconds}: give a whole number from 1 to 300`,
  });
});

test("an orchestrator that scales by itself needs none", () => {
  const kubernetes = Object.assign(new RecordingOrchestrator(), { kind: "kubernetes" as const });
  expect(refusalOf(() => make({ orchestrator: kubernetes, networks: [] }))).toEqual({
    propertyPath: "orchestrator",
    reason: "is kubernetes, which scales by itself: leave Autoscaler out",
  });
});
