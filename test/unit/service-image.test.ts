import * as pulumi from "@pulumi/pulumi";
import { ServiceImage } from "../../components/delivery/service-image.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";

test("built from its folder, pushed to the registry, and named by digest", async () => {
  await recordResources();
  const orchestrator = new RecordingOrchestrator();
  const resource = new pulumi.ComponentResource("test:index:Registry", "registry");
  const registry = { address: "10.77.0.11:5000", ready: pulumi.output<pulumi.Resource>(resource) };
  const context = "services/catalog";
  const image = new ServiceImage("catalog", { orchestrator, context, registry });
  const made = only(orchestrator.images);
  expect(made.spec).toEqual({ context, registry });
  expect(made.parent).toBe(image);
  expect(await promiseOf(image.reference)).toMatch(/@sha256:[0-9a-f]{64}$/);
});
