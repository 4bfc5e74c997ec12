import * as core from "@pulumi/kubernetes/core/v1/index.js";
import * as networking from "@pulumi/kubernetes/networking/v1/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { PublishedPort, WorkloadSpec } from "../specs.ts";
import { unawaited } from "./annotations.ts";
import { type ClusterContext, metadataOf, selectorOf } from "./cluster-context.ts";
import { type HttpProxy, httpRoute } from "./http-route.ts";
import { publishedPolicy } from "./network-policies.ts";
import { headlessService, publishedService } from "./services.ts";

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
 * @returns the hosts at which the ports are found, unless that is every node.
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
  const { exposure } = context;
  const proxied = "hostNames" in exposure;
  const ports = (spec.ports ?? []).filter(({ http }) => !proxied || http);
  if (ports.length === 0) return undefined;
  const published = `${name}-published`;
  new networking.NetworkPolicy(
    published,
    { metadata: metadataOf(context, published), spec: publishedPolicy(selector, ports) },
    opts,
  );
  const balanced = exposure.kind === "loadBalancer";
  const service = new core.Service(
    published,
    {
      // A cloud takes its time to give an address, which is waited for.
      metadata: metadataOf(context, published, balanced ? {} : unawaited),
      spec: publishedService(selector, ports, exposure.kind, onEveryNode),
    },
    opts,
  );
  if (proxied) return pulumi.output(route(context, name, exposure, service, ports, opts));
  return balanced ? balancerHosts(service) : undefined;
}

/** @returns the hosts that requests have to be for. */
function route(
  context: ClusterContext,
  name: string,
  proxy: HttpProxy,
  service: core.Service,
  ports: PublishedPort[],
  opts: pulumi.CustomResourceOptions,
): string[] {
  return ports.flatMap(({ target, published, http }) => {
    const hosts = proxy.hostNames.map((host) =>
      http?.subdomain === undefined ? host : `${http.subdomain}.${host}`,
    );
    const to = { hosts, service: service.metadata.name, port: published };
    httpRoute(context, `${name}-${target}`, proxy, to, opts);
    return hosts;
  });
}

function balancerHosts(service: core.Service): pulumi.Output<string[]> {
  return service.status.apply((status) =>
    (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname, ip }) => hostname || ip || []),
  );
}
