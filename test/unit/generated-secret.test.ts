import { isSecret as secretOutput } from "@pulumi/pulumi";
import { GeneratedSecret } from "../../components/security/generated-secret.ts";
import { isSecret, promiseOf, type Recording, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";

const password = "random:index/randomPassword:RandomPassword";

let recording: Recording;
let orchestrator: RecordingOrchestrator;
beforeEach(async () => {
  recording = await recordResources();
  orchestrator = new RecordingOrchestrator();
});

test("a value of 32 letters and digits that stays as it is from one up to the next", async () => {
  const secret = new GeneratedSecret("token", { orchestrator });
  await recording.settled();
  expect(recording.one(password).inputs).toEqual({ length: 32, special: false });
  expect(await promiseOf(secret.value)).toHaveLength(32);
});

test("the length can be chosen", async () => {
  const secret = new GeneratedSecret("token", { orchestrator, length: 64 });
  expect(await promiseOf(secret.value)).toHaveLength(64);
});

test("another version is another value: the provider is told to keep it no longer", async () => {
  new GeneratedSecret("token", { orchestrator, version: "2" });
  await recording.settled();
  expect(recording.one(password).inputs.keepers).toEqual({ version: "2" });
});

test("the value is a Pulumi secret, also as an output of the component", async () => {
  const secret = new GeneratedSecret("token", { orchestrator });
  await recording.settled();
  expect(await secretOutput(secret.value)).toBe(true);
  const { outputs } = recording.one("ha-store:index:GeneratedSecret");
  expect(Object.keys(outputs ?? {}).sort()).toEqual(["value"]);
  expect(Object.values(outputs ?? {}).every(isSecret)).toBe(true);
});

test("what is mounted is the value, and everything is a child of the component", async () => {
  const secret = new GeneratedSecret("token", { orchestrator });
  await recording.settled();
  const made = only(orchestrator.secrets);
  expect(await promiseOf(made.spec.content)).toBe(await promiseOf(secret.value));
  expect(made.parent).toBe(secret);
  expect(recording.one(password).parent).toBe("token");
});
