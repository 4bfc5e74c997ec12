import * as core from "@pulumi/kubernetes/core/v1/index.js";
import * as networking from "@pulumi/kubernetes/networking/v1/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadSpec } from "../specs.ts";
import { type ClusterContext, metadataOf, selectorOf } from "./cluster-context.ts";
import { publishedPolicy } from "./network-policies.ts";
import { headlessService, publishedService } from "./services.ts";
import { unawaited } from "./unawaited.ts";

/** How a workload is found. */
export interface Discovery {
  /** Whether its pods have to be found before they are ready. */
  beforeReady: boolean;
  /** Whether each node has a pod of it. */
  onEveryNode: boolean;
}

/**
 * Gives a workload its DNS name, and lets its ports out of the cluster.
 *
 * @returns the hosts at which a cloud's balancer has the ports, where it has any.
 */
export function discoverable(
  context: ClusterContext,
  name: string,
  spec: WorkloadSpec,
  { beforeReady, onEveryNode }: Discovery,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string[]> | undefined {
  const selector = selectorOf(context, name);
  new core.Service(
    name,
    {
      metadata: metadataOf(context, name, unawaited),
      spec: headlessService(selector, beforeReady),
    },
    opts,
  );
  const ports = spec.ports ?? [];
  if (ports.length === 0) return undefined;
  const published = `${name}-published`;
  new networking.NetworkPolicy(
    published,
    { metadata: metadataOf(context, published), spec: publishedPolicy(selector, ports) },
    opts,
  );
  const balanced = context.exposure === "loadBalancer";
  const service = new core.Service(
    published,
    {
      // A cloud takes its time to give an address, which is waited for.
      metadata: metadataOf(context, published, balanced ? {} : unawaited),
      spec: publishedService(selector, ports, context.exposure, onEveryNode),
    },
    opts,
  );
  return balanced ? hostsOf(service) : undefined;
}

function hostsOf(service: core.Service): pulumi.Output<string[]> {
  return service.status.apply((status) =>
    (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname, ip }) => hostname || ip || []),
  );
}
