import type { V1DaemonSet, V1Deployment, V1StatefulSet } from "@kubernetes/client-node";
import { type ClusterApi, found } from "./cluster-api.ts";

/** What is rolled out. */
export interface RolloutTarget {
  kind: "Deployment" | "StatefulSet" | "DaemonSet";
  namespace: string;
  name: string;
}

/** How many pods there are of the wanted version. */
export interface RolloutState {
  serving: boolean;
  /** As in `2 of 3 ready, 1 of the previous version left`. */
  message: string;
}

/** Looks at a workload once; nothing where there is none. */
export async function rolloutState(
  api: ClusterApi,
  { kind, ...object }: RolloutTarget,
): Promise<RolloutState | undefined> {
  switch (kind) {
    case "Deployment":
      return ifFound(await found(api.apps.readNamespacedDeployment(object)), deploymentState);
    case "StatefulSet":
      return ifFound(await found(api.apps.readNamespacedStatefulSet(object)), statefulSetState);
    case "DaemonSet":
      return ifFound(await found(api.apps.readNamespacedDaemonSet(object)), daemonSetState);
  }
}

function ifFound<T>(object: T | undefined, state: (object: T) => RolloutState) {
  return object && state(object);
}

interface Numbers {
  /** Which version the numbers are of. */
  observed: number | undefined;
  generation: number | undefined;
  wanted: number;
  ready: number | undefined;
  /** Pods that are still to be replaced. */
  old: number;
}

function stateOf({ observed = 0, generation = 0, wanted, ready = 0, old }: Numbers): RolloutState {
  if (observed < generation) return { serving: false, message: "not seen by the cluster yet" };
  const left = old > 0 ? `, ${old} of the previous version left` : "";
  return { serving: ready >= wanted && old === 0, message: `${ready} of ${wanted} ready${left}` };
}

function deploymentState({ metadata, spec, status = {} }: V1Deployment): RolloutState {
  const wanted = spec?.replicas ?? 1;
  const updated = status.updatedReplicas ?? 0;
  return stateOf({
    observed: status.observedGeneration,
    generation: metadata?.generation,
    wanted,
    ready: Math.min(updated, status.availableReplicas ?? 0),
    old: (status.replicas ?? 0) - updated,
  });
}

function statefulSetState({ metadata, spec, status }: V1StatefulSet): RolloutState {
  const wanted = spec?.replicas ?? 1;
  const settled = status?.currentRevision === status?.updateRevision;
  return stateOf({
    observed: status?.observedGeneration,
    generation: metadata?.generation,
    wanted,
    ready: status?.readyReplicas,
    old: settled ? 0 : wanted - (status?.updatedReplicas ?? 0),
  });
}

function daemonSetState({ metadata, status }: V1DaemonSet): RolloutState {
  const wanted = status?.desiredNumberScheduled ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  return stateOf({
    observed: status?.observedGeneration,
    generation: metadata?.generation,
    wanted,
    ready: Math.min(updated, status?.numberAvailable ?? 0),
    old: wanted - updated,
  });
}
