import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type Dockerode from "dockerode";
import type { AutoscalingBounds } from "../specs.ts";
import { specificationLabel } from "./names.ts";
import { findService } from "./rollout.ts";
import { isWanted } from "./rollout-state.ts";

/** As the engine hands it back. */
interface Label {
  label: string;
  value: string | pulumi.Output<string>;
}

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
    const specification = await specificationIn(props);
    // What a preview does not know yet, as a new image, is a change.
    if (specification !== undefined && isWanted(service, specification)) return undefined;
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

async function specificationIn(props: pulumi.Inputs): Promise<string | undefined> {
  const labels: Label[] | undefined = await known(props.labels);
  const found = labels?.find(({ label }) => label === specificationLabel);
  const specification = found && (await known(found.value));
  return typeof specification === "string" ? specification : undefined;
}

/** The value of an output; nothing where a preview does not know it, as it calls nobody then. */
async function known<T>(value: T | pulumi.Output<T>): Promise<T | undefined> {
  if (!pulumi.Output.isInstance<T>(value)) return value;
  const told = new Promise<T>((resolve) => value.apply((it) => resolve(it as T)));
  return pulumi.runtime.isDryRun() ? await Promise.race([told, turn(undefined)]) : await told;
}
