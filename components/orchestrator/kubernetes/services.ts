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
 * Lets a workload's ports out of the cluster.
 *
 * @param onEveryNode - Whether each node has a pod of it: then the node that is asked answers, and the
 * client's address stays visible.
 */
export function publishedService(
  selector: Record<string, string>,
  ports: PublishedPort[],
  exposure: Exposure,
  onEveryNode: boolean,
): ServiceSpec {
  return {
    type: exposure === "nodePort" ? "NodePort" : "LoadBalancer",
    externalTrafficPolicy: onEveryNode ? "Local" : "Cluster",
    selector,
    ports: ports.map(({ target, published }) => ({
      name: `port-${target}`,
      protocol: "TCP",
      targetPort: target,
      port: published,
      ...(exposure === "nodePort" ? { nodePort: published } : {}),
    })),
  };
}
