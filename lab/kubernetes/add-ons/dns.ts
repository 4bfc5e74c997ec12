import { clusterDomain, dnsServiceAddress } from "../layout.ts";
import { grant, type Manifest } from "./manifest.ts";

const namespace = "kube-system";
/** The name and the label are Kubernetes' own for whatever serves its names. */
const labels = { "k8s-app": "kube-dns" };
const read = ["list", "watch"];

/**
 * CoreDNS, on every node. Names outside the cluster go to the node's own name server, which knows at once what there
 * is not.
 */
const corefile = `.:53 {
    errors
    health
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 5
    }
    forward . /etc/resolv.conf
    cache 5
    loadbalance
    reload
}
`;

export const clusterDns = (image: string): Manifest[] => [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "coredns", namespace } },
  ...grant("system:coredns", { kind: "ServiceAccount", name: "coredns", namespace }, [
    { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: read },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  ]),
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "coredns", namespace },
    data: { Corefile: corefile },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kube-dns", namespace, labels },
    spec: {
      clusterIP: dnsServiceAddress,
      // Each node's pods ask the node's own: one that is lost takes no question of the others with it,
      // which would be answered only after the five seconds that a resolver waits.
      internalTrafficPolicy: "Local",
      selector: labels,
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
      ],
    },
  },
  {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "coredns", namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(image) },
    },
  },
];

const podSpec = (image: string) => ({
  serviceAccountName: "coredns",
  priorityClassName: "system-cluster-critical",
  // The node's name server, not itself.
  dnsPolicy: "Default",
  tolerations: [{ operator: "Exists" }],
  containers: [
    {
      name: "coredns",
      image,
      imagePullPolicy: "IfNotPresent",
      args: ["-conf", "/etc/coredns/Corefile"],
      ports: [
        { name: "dns", containerPort: 53, protocol: "UDP" },
        { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
      ],
      readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 2 },
      livenessProbe: { httpGet: { path: "/health", port: 8080 }, initialDelaySeconds: 30 },
      resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "170Mi" } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
        readOnlyRootFilesystem: true,
      },
      volumeMounts: [{ name: "configuration", mountPath: "/etc/coredns", readOnly: true }],
    },
  ],
  volumes: [{ name: "configuration", configMap: { name: "coredns" } }],
});
