import { setTimeout as sleep } from "node:timers/promises";
import type * as pulumi from "@pulumi/pulumi";
import type Dockerode from "dockerode";
import type { AutoscalingBounds } from "../specs.ts";
import { specificationLabel } from "./names.ts";
import { findService } from "./rollout.ts";
import { isWanted } from "./rollout-state.ts";

/** How long a preview looks for a cluster that may not be there. */
const lookMilliseconds = 5_000;

/**
 * Leaves an autoscaled service the replicas that it has. As long as nothing else is to change, it is
 * enough that their number is ignored. But a service is updated as a whole, with the number that Pulumi
 * has last seen: a roll-out under load would begin by stopping all replicas that have come since. So
 * where the service is to change, it keeps the number that it has in the cluster, within the bounds.
 */
export function keepReplicas(
  api: () => Promise<Dockerode>,
  bounds: AutoscalingBounds,
): Required<Pick<pulumi.CustomResourceOptions, "ignoreChanges" | "transforms">> {
  const inTheCluster: pulumi.ResourceTransform = async ({ props, opts }) => {
    const service = await lookUp(api, props.name);
    const replicas = service?.Spec.Mode.Replicated?.Replicas;
    if (!service || replicas === undefined) return undefined;
    if (isWanted(service, specificationIn(props))) return undefined;
    return {
      props: { ...props, mode: { replicated: { replicas: withinBounds(replicas, bounds) } } },
      opts: { ...opts, ignoreChanges: [] },
    };
  };
  return { ignoreChanges: ["mode.replicated.replicas"], transforms: [inTheCluster] };
}

/** The number, or the bound that it is beyond. */
export function withinBounds(replicas: number, bounds: AutoscalingBounds): number {
  return Math.min(Math.max(replicas, bounds.minReplicas), bounds.maxReplicas);
}

/** The service in the cluster; nothing where a preview can't reach it. */
async function lookUp(api: () => Promise<Dockerode>, name: string) {
  const found = api().then((client) => findService(client, name));
  const late = sleep(lookMilliseconds, undefined, { ref: false });
  return await Promise.race([found.catch(() => undefined), late]);
}

function specificationIn(props: pulumi.Inputs): string {
  const labels: { label: string; value: string }[] = props.labels;
  return labels.find(({ label }) => label === specificationLabel)?.value ?? "";
}
