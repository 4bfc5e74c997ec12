import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as networking from "@pulumi/kubernetes/networking/v1/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { unawaited } from "./annotations.ts";
import { type ClusterContext, type Exposure, metadataOf } from "./cluster-context.ts";

/** The cluster's proxies that pass HTTP on by host name. */
export type HttpProxy = Extract<Exposure, { hostNames: string[] }>;

/** Where a proxy passes requests for some hosts on to. */
export interface HttpRoute {
  hosts: string[];
  service: pulumi.Input<string>;
  port: number;
}

/** Has the cluster's proxy pass requests on. */
export function httpRoute(
  context: ClusterContext,
  name: string,
  proxy: HttpProxy,
  route: HttpRoute,
  opts: pulumi.CustomResourceOptions,
): void {
  const metadata = metadataOf(context, name, unawaited);
  if (proxy.kind === "ingress") {
    new networking.Ingress(name, { metadata, spec: ingressSpec(proxy.ingressClass, route) }, opts);
    return;
  }
  new CustomResource(
    name,
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata,
      spec: gatewaySpec(proxy.gateway, route),
    },
    opts,
  );
}

function ingressSpec(ingressClassName: string | undefined, { hosts, service, port }: HttpRoute) {
  const backend = { service: { name: service, port: { number: port } } };
  const http = { paths: [{ path: "/", pathType: "Prefix", backend }] };
  return { ingressClassName, rules: hosts.map((host) => ({ host, http })) };
}

function gatewaySpec(gateway: string, { hosts, service, port }: HttpRoute) {
  const [name, namespace] = gateway.split("/").reverse();
  return {
    parentRefs: [{ name, ...(namespace ? { namespace } : {}) }],
    hostnames: hosts,
    rules: [{ backendRefs: [{ name: service, port }] }],
  };
}
