import {
  type ClusterAccess,
  KubeconfigError,
} from "../components/orchestrator/kubernetes/cluster-api.ts";
import {
  type ClusterFacts,
  ClusterUnreachableError,
  readClusterFacts,
} from "../components/orchestrator/kubernetes/cluster-facts.ts";
import type { Problem, Settings } from "../settings.ts";

/** The oldest minor release that has all that is used: the sleep before a pod's end. */
const oldestMinor = 30;

/** What of a cluster is known, and what of it does not fit the settings. */
export interface LookedAt {
  facts?: ClusterFacts;
  problems: Problem[];
}

/** Looks at the cluster that the settings are for, before anything in it is changed. */
export async function lookAtCluster(settings: Settings, namespace: string): Promise<LookedAt> {
  const { clusterScoped } = settings;
  try {
    const facts = await readClusterFacts(clusterAccess(settings), { namespace, clusterScoped });
    return { facts, problems: kubernetesProblems(settings, facts, namespace) };
  } catch (error) {
    return { problems: [clusterUnreachable(settings, error)] };
  }
}

/** Which cluster is meant. */
export function clusterAccess({ kubeconfig, kubeContext }: Settings): ClusterAccess {
  return { kubeconfig: kubeconfig || undefined, context: kubeContext || undefined };
}

/** What of a cluster does not fit the settings. */
export function kubernetesProblems(
  settings: Settings,
  facts: ClusterFacts,
  namespace: string,
): Problem[] {
  return [
    ...versionProblems(facts),
    ...rightProblems(settings, facts, namespace),
    ...storageProblems(settings, facts),
    ...zoneProblems(settings, facts),
  ];
}

/**
 * The problem that there is nothing to look at.
 * @throws the error itself when it is none of those.
 */
export function clusterUnreachable(settings: Settings, error: unknown): Problem {
  if (error instanceof KubeconfigError) {
    const setting = error.argument === "context" ? "kubeContext" : "kubeconfig";
    const given = settings[setting]
      ? `is ${settings[setting]}, which`
      : "is not set, and the default";
    const fix = "name one that leads to the cluster, as `kubectl config get-contexts` shows them";
    return { setting, reason: `${given} ${error.message}: ${fix}` };
  }
  if (error instanceof ClusterUnreachableError) {
    const reason =
      `leads to a cluster that can't be asked, ${error.message}: start it, sign in again, or name ` +
      "another; `npm run render` needs no cluster";
    return { setting: settings.kubeContext ? "kubeContext" : "kubeconfig", reason };
  }
  throw error;
}

function versionProblems({ server, version: [major, minor] }: ClusterFacts): Problem[] {
  if (major > 1 || minor >= oldestMinor) return [];
  const reason =
    `leads to ${server}, which is Kubernetes ${major}.${minor}: have 1.${oldestMinor} or later, ` +
    "or name another";
  return [{ setting: "kubeconfig", reason }];
}

function rightProblems(
  { clusterScoped }: Settings,
  { denied, namespaceExists }: ClusterFacts,
  namespace: string,
): Problem[] {
  const problems: Problem[] = [];
  if (!clusterScoped && !namespaceExists) {
    const reason =
      `is ${namespace}, which is not there or may not be looked at, and with clusterScoped "false" ` +
      `it is not made: \`kubectl create namespace ${namespace}\`, or name another`;
    problems.push({ setting: "namespace", reason });
  }
  if (denied.length > 0) {
    const reason =
      `leads to a user who may not ${denied.join(", ")} (namespace ${namespace}): have these ` +
      'granted, as docs/kubernetes.md says under "Rights"' +
      (clusterScoped ? ', or set clusterScoped to "false"' : "");
    problems.push({ setting: "kubeconfig", reason });
  }
  return problems;
}

function storageProblems({ storageClass }: Settings, { storageClasses }: ClusterFacts): Problem[] {
  if (!storageClasses) return [];
  const names = storageClasses.map(({ name }) => name).join(", ") || "none";
  if (storageClass && !storageClasses.some(({ name }) => name === storageClass)) {
    const reason = `is ${storageClass}, which the cluster has not: give one of its classes (${names})`;
    return [{ setting: "storageClass", reason }];
  }
  if (!storageClass && !storageClasses.some(({ isDefault }) => isDefault)) {
    const reason = `is not set, and the cluster has no default: give one of its classes (${names})`;
    return [{ setting: "storageClass", reason }];
  }
  return [];
}

function zoneProblems({ zones }: Settings, { nodes }: ClusterFacts): Problem[] {
  if (!nodes) return [];
  const there = new Set(nodes.filter(({ ready }) => ready).map(({ zone }) => zone));
  return zones
    .filter((zone) => !there.has(zone))
    .map((zone) => ({
      setting: "zones",
      reason:
        `has "${zone}", but no ready node has the label topology.kubernetes.io/zone=${zone}: label ` +
        `one with \`kubectl label node NODE topology.kubernetes.io/zone=${zone}\`, or give zones ` +
        `that are there (${[...there].filter(Boolean).join(", ") || "none is"})`,
    }));
}
