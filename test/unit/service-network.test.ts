import { ServiceNetwork } from "../../components/security/service-network.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";

let orchestrator: RecordingOrchestrator;
beforeEach(async () => {
  await recordResources();
  orchestrator = new RecordingOrchestrator();
});

test("encrypted, and cut off from the outside, unless one says otherwise", async () => {
  const network = new ServiceNetwork("data", { orchestrator });
  const made = only(orchestrator.networks);
  expect(made).toMatchObject({ name: "data", spec: { encrypted: true, internal: true } });
  expect(made.parent).toBe(network);
  expect(await promiseOf(network.id)).toBe("data-network");
});

test.each([
  [false, true],
  [true, false],
])("encrypted %s, internal %s", (encrypted, internal) => {
  new ServiceNetwork("data", { orchestrator, encrypted, internal });
  expect(only(orchestrator.networks).spec).toEqual({ encrypted, internal });
});
