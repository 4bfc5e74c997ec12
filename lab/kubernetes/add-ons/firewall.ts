import { grant, type Manifest, user } from "./manifest.ts";

const read = ["get", "list", "watch"];

/** What kube-router, which runs on the nodes themselves, makes the firewall's rules of. */
export const firewall = (): Manifest[] =>
  grant("lab:kube-router", user("kube-router"), [
    {
      apiGroups: [""],
      resources: ["endpoints", "namespaces", "nodes", "pods", "services"],
      verbs: read,
    },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
    { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: read },
  ]);
