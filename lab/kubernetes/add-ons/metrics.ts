import { bind, grant, type Manifest, type Subject } from "./manifest.ts";

const namespace = "kube-system";
const name = "metrics-server";
const labels = { "k8s-app": name };
const account: Subject = { kind: "ServiceAccount", name, namespace };
const read = ["get", "list", "watch"];

/** How much processor and memory pods take: what a HorizontalPodAutoscaler scales by. */
export const metrics = (image: string): Manifest[] => [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
  ...grant("system:metrics-server", account, [
    { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
    { apiGroups: [""], resources: ["pods", "nodes"], verbs: read },
  ]),
  bind("metrics-server:system:auth-delegator", account, "system:auth-delegator"),
  readableMetrics,
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "metrics-server-auth-reader", namespace },
    roleRef: {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Role",
      name: "extension-apiserver-authentication-reader",
    },
    subjects: [account],
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels },
    spec: { selector: labels, ports: [{ name: "https", port: 443, targetPort: "https" }] },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(image) },
    },
  },
  {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1beta1.metrics.k8s.io" },
    spec: {
      group: "metrics.k8s.io",
      version: "v1beta1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      // It signs its certificate itself, as the kubelets do.
      insecureSkipTLSVerify: true,
      service: { name, namespace, port: 443 },
    },
  },
];

/** For whoever may view a namespace. */
const readableMetrics: Manifest = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: {
    name: "system:aggregated-metrics-reader",
    labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" },
  },
  rules: [{ apiGroups: ["metrics.k8s.io"], resources: ["pods", "nodes"], verbs: read }],
};

const podSpec = (image: string) => ({
  serviceAccountName: name,
  priorityClassName: "system-cluster-critical",
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: "RuntimeDefault" },
  },
  containers: [
    {
      name,
      image,
      imagePullPolicy: "IfNotPresent",
      args: [
        "--cert-dir=/tmp",
        "--secure-port=10250",
        "--kubelet-insecure-tls",
        "--kubelet-preferred-address-types=InternalIP",
        "--metric-resolution=10s",
        "--kubelet-request-timeout=5s",
      ],
      ports: [{ name: "https", containerPort: 10250 }],
      readinessProbe: {
        httpGet: { path: "/readyz", port: "https", scheme: "HTTPS" },
        periodSeconds: 2,
      },
      livenessProbe: {
        httpGet: { path: "/livez", port: "https", scheme: "HTTPS" },
        initialDelaySeconds: 30,
      },
      resources: { requests: { cpu: "20m", memory: "64Mi" } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      },
      volumeMounts: [{ name: "scratch", mountPath: "/tmp" }],
    },
  ],
  volumes: [{ name: "scratch", emptyDir: {} }],
});
