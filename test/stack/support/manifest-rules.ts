import type { V1Container, V1PodSpec, V1Probe } from "@kubernetes/client-node";
import { type Manifest, selectorOf, selects } from "./manifest.ts";

/** What two linters ask by default of the objects of a stack; they themselves are not needed for it. */
export interface Rule {
  /** Its names there, `linter/check`. */
  checks: string[];
  /** Whether the object keeps it; all objects are those of the stack. */
  keeps: (object: Manifest, all: Manifest[]) => boolean;
}

const podOf = ({ spec }: Manifest): V1PodSpec | undefined => spec?.template?.spec;
const sensitiveName =
  /^AWS_SECRET_ACCESS_KEY$|^GOOGLE_APPLICATION_CREDENTIALS$|^AZURE_.+KEY$|^OCI_CLI_KEY_CONTENT$|password|token|bearer|secret/i;
const privateKey = /-BEGIN .*PRIVATE KEY-/i;
const dangerousCapabilities = ["ALL", "SYS_ADMIN", "NET_ADMIN", "NET_RAW"];

function ofPods(checks: string[], keeps: (pod: V1PodSpec, all: Manifest[]) => boolean): Rule {
  return {
    checks,
    keeps: (object, all) => {
      const pod = podOf(object);
      return pod === undefined || keeps(pod, all);
    },
  };
}

function ofContainers(
  checks: string[],
  keeps: (container: V1Container, pod: V1PodSpec) => boolean,
) {
  return ofPods(checks, (pod) => pod.containers.every((one) => keeps(one, pod)));
}

function ofKind(kind: string, checks: string[], keeps: Rule["keeps"]): Rule {
  return { checks, keeps: (object, all) => object.kind !== kind || keeps(object, all) };
}

function ofProbe(name: "livenessProbe" | "readinessProbe" | "startupProbe", check: string): Rule {
  return ofContainers([check], ({ ports, [name]: probe }) => {
    const port = portOf(probe);
    return port === undefined || (ports ?? []).some(({ containerPort }) => containerPort === port);
  });
}

const portOf = (probe: V1Probe | undefined) => (probe?.httpGet ?? probe?.tcpSocket)?.port;

const podsOf = (all: Manifest[]) => all.flatMap(({ spec }) => spec?.template ?? []);

/** Sources: kube-linter, docs/generated/checks.md; Polaris, pkg/config/default.yaml and pkg/config/checks. */
export const rules: Rule[] = [
  // Security
  ofContainers(
    ["kube-linter/run-as-non-root", "polaris/runAsRootAllowed"],
    ({ securityContext: own }, { securityContext: pod }) =>
      (own?.runAsNonRoot ?? pod?.runAsNonRoot) === true,
  ),
  ofContainers(
    ["kube-linter/no-read-only-root-fs", "polaris/notReadOnlyRootFilesystem"],
    ({ securityContext }) => securityContext?.readOnlyRootFilesystem === true,
  ),
  ofContainers(
    ["kube-linter/privilege-escalation-container", "polaris/privilegeEscalationAllowed"],
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation === false,
  ),
  ofContainers(
    ["kube-linter/privileged-container", "polaris/runAsPrivileged"],
    ({ securityContext }) => securityContext?.privileged !== true,
  ),
  ofContainers(
    ["kube-linter/drop-net-raw-capability", "polaris/insecureCapabilities"],
    ({ securityContext }) => securityContext?.capabilities?.drop?.includes("ALL") === true,
  ),
  ofContainers(["polaris/dangerousCapabilities"], ({ securityContext }) =>
    dangerousCapabilities.every((one) => !securityContext?.capabilities?.add?.includes(one)),
  ),
  ofContainers(["polaris/linuxHardening"], ({ securityContext: own }, { securityContext: pod }) => {
    const { type = "Unconfined" } = own?.seccompProfile ?? pod?.seccompProfile ?? {};
    return type !== "Unconfined";
  }),
  ofContainers(
    ["kube-linter/unsafe-proc-mount", "polaris/procMount"],
    ({ securityContext }) => (securityContext?.procMount ?? "Default") === "Default",
  ),
  ofPods(["polaris/hostProcess"], ({ securityContext, containers }) =>
    [securityContext, ...containers.map((one) => one.securityContext)].every(
      (context) => context?.windowsOptions?.hostProcess !== true,
    ),
  ),
  ofPods(["kube-linter/host-ipc", "polaris/hostIPCSet"], ({ hostIPC }) => hostIPC !== true),
  ofPods(["kube-linter/host-pid", "polaris/hostPIDSet"], ({ hostPID }) => hostPID !== true),
  ofPods(
    ["kube-linter/host-network", "polaris/hostNetworkSet"],
    ({ hostNetwork }) => hostNetwork !== true,
  ),
  ofPods(
    ["kube-linter/docker-sock", "kube-linter/sensitive-host-mounts", "polaris/hostPathSet"],
    ({ volumes = [] }) => volumes.every(({ hostPath }) => hostPath === undefined),
  ),
  ofPods(["kube-linter/unsafe-sysctls"], ({ securityContext }) => !securityContext?.sysctls),
  ofContainers(["polaris/hostPortSet"], ({ ports = [] }) =>
    ports.every(({ hostPort }) => hostPort === undefined),
  ),
  ofContainers(["kube-linter/ssh-port"], ({ ports = [] }) =>
    ports.every(({ containerPort }) => containerPort !== 22),
  ),
  ofContainers(["polaris/sensitiveContainerEnvVar"], ({ env = [] }) =>
    env.every(
      ({ name, value }) =>
        value === undefined || !(sensitiveName.test(name) || privateKey.test(value)),
    ),
  ),
  ofContainers(["kube-linter/env-var-secret"], ({ env = [] }) =>
    env.every(({ name, value }) => !value || !/secret/i.test(name)),
  ),
  ofContainers(["kube-linter/duplicate-env-var"], ({ env = [] }) => {
    return new Set(env.map(({ name }) => name)).size === env.length;
  }),
  ofKind("ConfigMap", ["polaris/sensitiveConfigmapContent"], ({ data = {} }) =>
    Object.entries(data).every(
      ([key, value]) => !sensitiveName.test(key) && !privateKey.test(value),
    ),
  ),
  ofPods(
    ["polaris/automountServiceAccountToken"],
    ({ automountServiceAccountToken }) => automountServiceAccountToken === false,
  ),
  ofPods(
    ["kube-linter/deprecated-service-account-field"],
    ({ serviceAccount }) => serviceAccount === undefined,
  ),
  ofPods(["kube-linter/non-existent-service-account"], ({ serviceAccountName }, all) =>
    all.some(
      ({ kind, metadata }) => kind === "ServiceAccount" && metadata.name === serviceAccountName,
    ),
  ),
  {
    checks: [
      "polaris/clusterrolePodExecAttach",
      "polaris/rolePodExecAttach",
      "polaris/clusterrolebindingPodExecAttach",
      "polaris/rolebindingClusterRolePodExecAttach",
      "polaris/rolebindingRolePodExecAttach",
      "polaris/clusterrolebindingClusterAdmin",
      "polaris/rolebindingClusterAdminClusterRole",
      "polaris/rolebindingClusterAdminRole",
    ],
    // Nobody in the store has any right.
    keeps: ({ kind }) => !/Role/.test(kind),
  },
  {
    checks: ["polaris/missingNetworkPolicy"],
    keeps: ({ spec }, all) =>
      spec?.template === undefined ||
      ["Ingress", "Egress"].every((type) =>
        all.some(
          (policy) =>
            policy.kind === "NetworkPolicy" &&
            policy.spec?.policyTypes?.includes(type) === true &&
            selects(policy.spec.podSelector?.matchLabels, spec.template?.metadata.labels),
        ),
      ),
  },
  ofKind(
    "Ingress",
    ["polaris/tlsSettingsMissing"],
    ({ spec }) => spec !== undefined && "tls" in spec,
  ),

  // Resources and images
  ofContainers(
    [
      "kube-linter/unset-cpu-requirements",
      "polaris/cpuRequestsMissing",
      "polaris/cpuLimitsMissing",
    ],
    ({ resources }) => Boolean(resources?.requests?.cpu && resources.limits?.cpu),
  ),
  ofContainers(
    [
      "kube-linter/unset-memory-requirements",
      "polaris/memoryRequestsMissing",
      "polaris/memoryLimitsMissing",
    ],
    ({ resources }) => Boolean(resources?.requests?.memory && resources.limits?.memory),
  ),
  ofContainers(["kube-linter/latest-tag", "polaris/tagNotSpecified"], ({ image = "" }) =>
    /:(?!latest$)[\w.-]+(@sha256:\w+)?$|@sha256:\w+$/.test(image),
  ),
  ofContainers(
    ["polaris/pullPolicyNotAlways"],
    ({ imagePullPolicy }) => imagePullPolicy === "Always",
  ),

  // Reliability
  ofContainers(["polaris/readinessProbeMissing"], ({ readinessProbe }) => Boolean(readinessProbe)),
  ofContainers(["polaris/livenessProbeMissing"], ({ livenessProbe }) => Boolean(livenessProbe)),
  ofProbe("livenessProbe", "kube-linter/liveness-port"),
  ofProbe("readinessProbe", "kube-linter/readiness-port"),
  ofProbe("startupProbe", "kube-linter/startup-port"),
  ofPods(["polaris/priorityClassNotSet"], ({ priorityClassName }) => Boolean(priorityClassName)),
  ofPods(
    ["polaris/topologySpreadConstraint"],
    ({ topologySpreadConstraints = [] }) => topologySpreadConstraints.length > 0,
  ),
  ofKind(
    "Deployment",
    ["kube-linter/no-anti-affinity"],
    (object) => podOf(object)?.affinity?.podAntiAffinity !== undefined,
  ),
  ofKind(
    "Deployment",
    ["polaris/deploymentMissingReplicas"],
    ({ spec }) => (spec?.replicas ?? 0) >= 2,
  ),
  ofKind("Deployment", ["polaris/missingPodDisruptionBudget"], ({ spec }, all) =>
    all.some(
      (budget) =>
        budget.kind === "PodDisruptionBudget" &&
        selects(selectorOf(budget), spec?.template?.metadata.labels),
    ),
  ),
  ofKind(
    "PodDisruptionBudget",
    [
      "kube-linter/pdb-max-unavailable",
      "kube-linter/pdb-min-available",
      "polaris/pdbDisruptionsIsZero",
      "polaris/pdbMinAvailableGreaterThanOrEqualToHPAMinReplicas",
    ],
    ({ spec }) => Number(spec?.maxUnavailable) > 0 && spec?.minAvailable === undefined,
  ),
  ofKind(
    "PodDisruptionBudget",
    ["kube-linter/pdb-unhealthy-pod-eviction-policy"],
    ({ spec }) => spec?.unhealthyPodEvictionPolicy === "AlwaysAllow",
  ),
  ofKind(
    "HorizontalPodAutoscaler",
    ["polaris/hpaMinAvailability", "polaris/hpaMaxAvailability"],
    ({ spec: { minReplicas = 1, maxReplicas = 0 } = {} }) =>
      minReplicas >= 2 && maxReplicas > minReplicas,
  ),
  {
    checks: ["kube-linter/mismatching-selector"],
    keeps: (object) =>
      object.spec?.template === undefined ||
      selects(selectorOf(object), object.spec.template.metadata.labels),
  },
  ofKind("Service", ["kube-linter/dangling-service"], (service, all) =>
    podsOf(all).some(({ metadata }) => selects(selectorOf(service), metadata.labels)),
  ),
  ofKind("Service", ["kube-linter/invalid-target-ports"], ({ spec }) =>
    (spec?.ports ?? []).every(({ targetPort }) => {
      const port = Number(targetPort);
      return Number.isInteger(port)
        ? port > 0 && port < 65_536
        : /^[a-z0-9-]{1,15}$/.test(`${targetPort}`);
    }),
  ),
  {
    checks: ["kube-linter/no-extensions-v1beta"],
    keeps: ({ apiVersion }) => !/^extensions\/v1beta/.test(apiVersion),
  },
  ofKind("Job", ["kube-linter/job-ttl-seconds-after-finished"], () => false),
  {
    checks: ["polaris/metadataAndInstanceMismatched"],
    keeps: ({ metadata, spec }) =>
      spec?.template === undefined ||
      metadata.labels?.["app.kubernetes.io/instance"] === metadata.name,
  },
];
