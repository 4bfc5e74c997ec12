import type { types } from "@pulumi/kubernetes";
import type {
  DaemonSpec,
  ReplicatedServiceSpec,
  StatefulMember,
  StatefulSetSpec,
} from "../specs.ts";
import type { Turn } from "../turn.ts";
import { type ClusterContext, labelsOf, selectorOf } from "./cluster-context.ts";
import { setLabel, stackLabel } from "./names.ts";
import { memberPlacement, spread } from "./placement.ts";
import { type PodShape, podTemplate, type SpecifiedTemplate, volumeName } from "./pod-template.ts";

/** So long a pod serves on until everybody knows that it is about to go. */
const drainSeconds = 5;

/** So long a new pod has to stay ready until it counts. */
const minReadySeconds = 5;

const kept = { revisionHistoryLimit: 3 };

/** What the API calls the spec of a workload, and the hash of what its pods were made of. */
interface Specified<Spec> {
  spec: Spec;
  specification: SpecifiedTemplate["specification"];
}

/** N replicas, new before old. */
export function deploymentSpec(
  context: ClusterContext,
  name: string,
  spec: ReplicatedServiceSpec,
  turn: Turn,
): Specified<types.input.apps.v1.DeploymentSpec> {
  const selector = selectorOf(context, name);
  const placement = spread(selector, spec.maxReplicasPerNode);
  const shape: PodShape = { name, rank: "serving", drainSeconds, placement, turn };
  const { template, specification } = podTemplate(context, spec, shape);
  const made = {
    ...kept,
    // An autoscaler and somebody else's number would be at odds.
    replicas: spec.autoscaling ? undefined : spec.replicas,
    minReadySeconds,
    progressDeadlineSeconds: spec.rolloutTimeoutSeconds ?? 300,
    selector: { matchLabels: selector },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template,
  };
  return { spec: made, specification };
}

/** One pod on each node, new before old: it holds no port of the node. */
export function daemonSetSpec(
  context: ClusterContext,
  name: string,
  spec: DaemonSpec,
): Specified<types.input.apps.v1.DaemonSetSpec> {
  const shape: PodShape = { name, rank: "serving", drainSeconds };
  const { template, specification } = podTemplate(context, spec, shape);
  const made = {
    ...kept,
    minReadySeconds,
    selector: { matchLabels: selectorOf(context, name) },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template,
  };
  return { spec: made, specification };
}

/** Labels of all members of a set. */
export function setSelector(context: ClusterContext, set: string): Record<string, string> {
  return { [setLabel]: set, [stackLabel]: context.prefix };
}

/**
 * A member is a set of its own with one pod: only so has each its own zone, environment and DNS name,
 * and its volume is still found by its name. Members take turns because the orchestrator holds them
 * back; a broken pod is replaced at once, for which a set has to be "Parallel".
 */
export function memberSpec(
  context: ClusterContext,
  set: string,
  spec: StatefulSetSpec,
  member: StatefulMember,
  turn: Turn,
): Specified<types.input.apps.v1.StatefulSetSpec> {
  const environment = { ...spec.environment, ...member.environment };
  const ofSet = setSelector(context, set);
  const volume = spec.volumePath
    ? { path: spec.volumePath, claim: volumeClaim(context, member.name) }
    : undefined;
  const { template, specification } = podTemplate(
    context,
    { ...spec, environment },
    {
      name: member.name,
      labels: ofSet,
      rank: "data",
      drainSeconds: 0,
      placement: memberPlacement(ofSet, member.zone),
      volume,
      turn,
    },
  );
  const made = {
    ...kept,
    serviceName: member.name,
    replicas: 1,
    podManagementPolicy: "Parallel",
    updateStrategy: { type: "RollingUpdate" },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    selector: { matchLabels: selectorOf(context, member.name) },
    template,
    volumeClaimTemplates: volume ? [volume.claim] : [],
  };
  return { spec: made, specification };
}

function volumeClaim(context: ClusterContext, member: string) {
  return {
    metadata: { name: volumeName, labels: labelsOf(context, member) },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: context.storageClass,
      resources: { requests: { storage: `${context.volumeGiB}Gi` } },
    },
  } satisfies types.input.core.v1.PersistentVolumeClaim;
}

/** Lets a drain take one pod at a time, and one that does not work anyway at any time. */
export function disruptionBudget(
  selector: Record<string, string>,
): types.input.policy.v1.PodDisruptionBudgetSpec {
  return {
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: "AlwaysAllow",
    selector: { matchLabels: selector },
  };
}
