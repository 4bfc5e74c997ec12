import type { CoreV1Event, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { ClusterApi } from "./cluster-api.ts";
import { isReady, isStaying } from "./readiness.ts";
import type { RolloutTarget } from "./rollout-state.ts";

/** So many restarts of a new pod's container, and waiting longer is of no use. */
const hopelessRestarts = 4;

/** What no waiting mends. */
const hopelessReasons = ["ErrImageNeverPull", "InvalidImageName", "ImagePullBackOff"];

/** The pods among these that don't serve, the newest first. */
export function troubled(pods: V1Pod[]): V1Pod[] {
  const age = ({ metadata }: V1Pod) => metadata?.creationTimestamp?.getTime() ?? 0;
  return pods.filter((pod) => isStaying(pod) && !isReady(pod)).toSorted((a, b) => age(b) - age(a));
}

/** Why the pod will not get to serve, however long one waits. */
export function hopeless(pod: V1Pod): string | undefined {
  const container = containerOf(pod);
  const restarts = container?.restartCount ?? 0;
  if (restarts >= hopelessRestarts) return `its container was restarted ${restarts} times`;
  const waiting = container?.state?.waiting;
  return hopelessReasons.includes(waiting?.reason ?? "") ? waiting?.reason : undefined;
}

/** Says which pod is meant, on which node, what is wrong with it, and its last words. */
export async function describePod(api: ClusterApi, pod: V1Pod): Promise<string> {
  const name = pod.metadata?.name ?? "";
  const namespace = pod.metadata?.namespace ?? "";
  const where = pod.spec?.nodeName ? ` on node ${pod.spec.nodeName}` : "";
  const log = await lastLogLines(api, pod);
  const warnings = await warningsAbout(api, { kind: "Pod", namespace, name });
  return [
    `pod ${name}${where} is ${pod.status?.phase}: ${reasonOf(pod)}`,
    ...saidBy(warnings).map((line) => `  ${line}`),
    log.length > 0 ? "its last log lines:" : "it logged nothing",
    ...log.map((line) => `  ${line}`),
  ].join("\n");
}

function reasonOf(pod: V1Pod): string {
  const container = containerOf(pod);
  const ended = container?.lastState?.terminated;
  const waiting = container?.state?.waiting;
  const how =
    ended && `it ended with code ${ended.exitCode} (${ended.reason ?? "no reason given"})`;
  const what = waiting && [waiting.reason, waiting.message].filter(Boolean).join(": ");
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status }) => type === "PodScheduled" && status === "False",
  );
  const reasons = [what, how, unscheduled?.message, pod.status?.message].filter(Boolean);
  return reasons.join("; ") || "it runs, but does not become ready";
}

function containerOf({ status }: V1Pod): V1ContainerStatus | undefined {
  return status?.containerStatuses?.[0];
}

/** Warnings about an object; none where they may not be read. */
export async function warningsAbout(
  api: ClusterApi,
  { kind, namespace, name }: Omit<RolloutTarget, "kind"> & { kind: string },
): Promise<CoreV1Event[]> {
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name},type=Warning`;
  const { items } = await api.core
    .listNamespacedEvent({ namespace, fieldSelector })
    .catch(() => ({ items: [] }));
  return items;
}

/** The newest of them, in words. */
export function saidBy(warnings: CoreV1Event[]): string[] {
  return warnings.slice(-3).map(({ reason, message }) => `${reason}: ${message}`);
}

/**
 * The tail of the pod's log: of the container that runs, or was the last to run; of the one before, where
 * that has said nothing yet.
 */
async function lastLogLines(api: ClusterApi, pod: V1Pod, lines = 15): Promise<string[]> {
  const object = { namespace: pod.metadata?.namespace ?? "", name: pod.metadata?.name ?? "" };
  for (const previous of [false, true]) {
    const log = await api.core
      .readNamespacedPodLog({ ...object, previous, tailLines: lines })
      .catch(() => "");
    const said = log.split("\n").filter((line) => line.length > 0);
    if (said.length > 0) return said;
  }
  return [];
}
