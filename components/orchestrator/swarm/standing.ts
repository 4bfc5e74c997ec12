import * as pulumi from "@pulumi/pulumi";
import type Dockerode from "dockerode";
import type { Turn } from "../turn.ts";
import { specificationLabel } from "./names.ts";
import { findService } from "./rollout.ts";

/**
 * The specification that a service had before this run. It is a label, because a label never makes Pulumi
 * replace a service.
 */
export function standingSpecification(
  api: () => Promise<Dockerode>,
  serviceName: string,
): Turn["standing"] {
  const standing = async () => {
    if (pulumi.runtime.isDryRun()) return undefined;
    const service = await findService(await api(), serviceName);
    return service && (service.Spec.Labels?.[specificationLabel] ?? "");
  };
  return pulumi.output(standing());
}
