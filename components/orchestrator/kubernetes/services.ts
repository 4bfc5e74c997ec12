import type { types } from "@pulumi/kubernetes";
import type { PublishedPort } from "../specs.ts";
import type { Exposure } from "./cluster-context.ts";

type ServiceSpec = types.input.core.v1.ServiceSpec;

/**
 * Gives a workload its DNS name, which leads to the pods themselves: whoever asks balances and checks
 * by itself, and nothing depends on kube-proxy.
 *
 * @param beforeReady - Whether pods are found before they are ready, as members have to that elect.
 */
export function headlessService(
  selector: Record<string, string>,
  beforeReady: boolean,
): ServiceSpec {
  return { clusterIP: "None", publishNotReadyAddresses: beforeReady, selector };
}

/**
 * Lets a workload's ports out of the cluster, or lets the cluster's proxy to them.
 *
 * @param onEveryNode - Whether each node has a pod of it: then the node that is asked answers, and the
 * client's address stays visible.
 */
export function publishedService(
  selector: Record<string, string>,
  ports: PublishedPort[],
  kind: Exposure["kind"],
  onEveryNode: boolean,
): ServiceSpec {
  const service = { selector, ports: ports.map((port) => servicePort(port, kind)) };
  if (kind === "ingress" || kind === "gateway") return { ...service, type: "ClusterIP" };
  return {
    ...service,
    type: kind === "nodePort" ? "NodePort" : "LoadBalancer",
    externalTrafficPolicy: onEveryNode ? "Local" : "Cluster",
  };
}

function servicePort({ target, published }: PublishedPort, kind: Exposure["kind"]) {
  return {
    name: `port-${target}`,
    protocol: "TCP",
    targetPort: target,
    port: published,
    ...(kind === "nodePort" ? { nodePort: published } : {}),
  };
}
