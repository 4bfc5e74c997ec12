import { Registry } from "../../components/delivery/registry.ts";
import { RegistryAccess } from "../../components/delivery/registry-access.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";

let orchestrator: RecordingOrchestrator;
let access: RegistryAccess;
beforeEach(async () => {
  await recordResources();
  orchestrator = new RecordingOrchestrator();
  access = new RegistryAccess("access", { address: "10.77.0.11:5000" });
});

const context = "services/registry";

test("one member with a volume, whose image is built where it runs and pushed nowhere", async () => {
  const registry = new Registry("registry", { orchestrator, access, context, zone: "zone-1" });
  expect(only(orchestrator.images)).toMatchObject({ spec: { context }, parent: registry });
  expect(only(orchestrator.images).spec.registry).toBeUndefined();
  const { spec, parent } = only(orchestrator.statefulSets);
  expect(parent).toBe(registry);
  expect(spec.members).toEqual([{ name: "registry", zone: "zone-1" }]);
  expect(spec.volumePath).toBe("/var/lib/registry");
  expect(await promiseOf(registry.address)).toBe("10.77.0.11:5000");
  expect(await promiseOf(registry.ready)).toBeDefined();
});

test("only the generated credentials are admitted, and they come as a file", async () => {
  new Registry("registry", { orchestrator, access, context });
  const { spec } = only(orchestrator.secrets);
  expect(await promiseOf(spec.content)).toBe(await promiseOf(access.htpasswd));
  const workload = only(orchestrator.statefulSets).spec;
  expect(workload.secrets?.map((mount) => mount.path)).toEqual(["/run/secrets/htpasswd"]);
  expect(workload.environment).toBeUndefined();
});

test("limits, a health check, and a port of its node; no network with the store", () => {
  new Registry("registry", { orchestrator, access, context, port: 5001 });
  const { spec } = only(orchestrator.statefulSets);
  expect(spec.ports).toEqual([{ target: 5000, published: 5001 }]);
  expect(spec.networks).toEqual([]);
  expect(spec.resources.memoryLimitMiB).toBe(256);
  expect(spec.healthCheck?.command).not.toHaveLength(0);
});
