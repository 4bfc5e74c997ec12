import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ServiceImage } from "../../components/delivery/service-image.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";

const registryOf = (resource: pulumi.Resource) => ({
  address: "10.77.0.11:5000",
  ready: pulumi.output<pulumi.Resource>(resource),
});

test("built from its folder, pushed to the registry, and named by digest", async () => {
  await recordResources();
  const orchestrator = new RecordingOrchestrator();
  const resource = new pulumi.ComponentResource("test:index:Registry", "registry");
  const registry = registryOf(resource);
  const context = "services/catalog";
  const image = new ServiceImage("catalog", { orchestrator, context, registry });
  const made = only(orchestrator.images);
  expect(made.spec).toEqual({ context, registry });
  expect(made.parent).toBe(image);
  expect(await promiseOf(image.reference)).toMatch(/@sha256:[0-9a-f]{64}$/);
});

test("a folder without Dockerfile is an error of the argument, and nothing is registered", async () => {
  const context = mkdtempSync(join(tmpdir(), "service-image-"));
  const recording = await recordResources();
  const orchestrator = new RecordingOrchestrator();
  const registry = registryOf(new pulumi.ComponentResource("test:index:Registry", "registry"));
  const { resources } = await recording.settled();
  const before = resources.length;
  const attempt = () => new ServiceImage("catalog", { orchestrator, context, registry });
  expect(attempt).toThrow(pulumi.InputPropertyError);
  expect(attempt).toThrow(`is "${context}", which has no Dockerfile: give a folder that has one`);
  expect(orchestrator.images).toEqual([]);
  expect((await recording.settled()).resources).toHaveLength(before);
  rmSync(context, { recursive: true });
});
