import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { ImageRegistrySpec } from "../orchestrator/specs.ts";

/** An image built from a folder and pushed. */
export interface ServiceImageArgs {
  orchestrator: Orchestrator;
  /** Folder with a `Dockerfile`: the build context, relative to the project. */
  context: string;
  /** Where it is pushed to. */
  registry: ImageRegistrySpec;
}

/**
 * Builds an image, pushes it, and names it by its digest: what was tested is what runs. An unchanged
 * context is neither built nor pushed again and shows no difference.
 *
 * @throws pulumi.InputPropertyError when the context has no `Dockerfile`.
 */
export class ServiceImage extends pulumi.ComponentResource {
  /** `host:port/path@sha256:…` */
  readonly reference: pulumi.Output<string>;

  constructor(name: string, args: ServiceImageArgs, opts?: pulumi.ComponentResourceOptions) {
    if (!existsSync(join(args.context, "Dockerfile"))) {
      throw new pulumi.InputPropertyError({
        propertyPath: "context",
        reason: `is "${args.context}", which has no Dockerfile: give a folder that has one`,
      });
    }
    super("ha-store:index:ServiceImage", name, {}, opts);
    this.reference = args.orchestrator.image(
      name,
      { context: args.context, registry: args.registry },
      { parent: this },
    ).reference;
    this.registerOutputs({ reference: this.reference });
  }
}
