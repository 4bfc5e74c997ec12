import type { types } from "@pulumi/kubernetes";
import type { NetworkSpec, PublishedPort } from "../specs.ts";
import { networkLabel, onNetwork } from "./names.ts";

type Policy = types.input.networking.v1.NetworkPolicySpec;

/** Nobody talks to anybody; every other policy is an exception to it. */
export const denyAll: Policy = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

const dnsPorts = [
  { protocol: "UDP", port: 53 },
  { protocol: "TCP", port: 53 },
];

/** Everybody may ask the cluster's DNS, wherever on a node that listens. */
export const allowDns: Policy = {
  podSelector: {},
  policyTypes: ["Egress"],
  egress: [
    {
      to: [
        { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
        // The cache on each node, where a cluster has one.
        { ipBlock: { cidr: "169.254.20.10/32" } },
      ],
      ports: dnsPorts,
    },
  ],
};

/** The internet: what is neither in the cluster or its network nor the cloud's own metadata. */
const outside = {
  ipBlock: {
    cidr: "0.0.0.0/0",
    except: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  },
};

/** Whoever is on the network may talk to all others on it. */
export function networkPolicy(network: string, spec: NetworkSpec): Policy {
  const members = { podSelector: { matchLabels: { [networkLabel(network)]: onNetwork } } };
  return {
    ...members,
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [members] }],
    egress: [{ to: [members] }, ...(spec.internal ? [] : [{ to: [outside] }])],
  };
}

/** A published port is open to everybody. */
export function publishedPolicy(selector: Record<string, string>, ports: PublishedPort[]): Policy {
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ["Ingress"],
    ingress: [{ ports: ports.map(({ target }) => ({ protocol: "TCP", port: target })) }],
  };
}
