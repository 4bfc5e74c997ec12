import * as pulumi from "@pulumi/pulumi";
import type Dockerode from "dockerode";
import type { Turn } from "../turn.ts";
import { specificationLabel } from "./names.ts";
import { findService } from "./rollout.ts";

/**
 * A service's turn. What is held back is a label, because a label never makes Pulumi replace a service.
 *
 * @param previous - Resolves when those serve that it waits for.
 */
export function turnOf(
  api: () => Promise<Dockerode>,
  serviceName: string,
  previous: Turn["previous"],
): Turn {
  const standing = async () => {
    if (pulumi.runtime.isDryRun()) return undefined;
    const service = await findService(await api(), serviceName);
    return service && (service.Spec.Labels?.[specificationLabel] ?? "");
  };
  return { standing: pulumi.output(standing()), previous };
}
