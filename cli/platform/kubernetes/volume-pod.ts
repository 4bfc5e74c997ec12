import { setTimeout } from "node:timers/promises";
import type { V1Pod, V1PodSpec, V1StatefulSet } from "@kubernetes/client-node";
import { type ClusterApi, found } from "../../../components/orchestrator/kubernetes/cluster-api.ts";
import { nameLabel, setLabel } from "../../../components/orchestrator/kubernetes/names.ts";
import { isReady } from "../../../components/orchestrator/kubernetes/readiness.ts";
import type { ClusterCommand } from "../platform.ts";
import { execInPod } from "./pod-command.ts";

/** Label on such a pod: the workload that it was made after. */
const jobLabel = "ha-store/job";
const pollMilliseconds = 250;
const startPatienceMilliseconds = 120_000;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a command at a member's volume, whether the member runs or not: in a pod made after its own, which
 * nobody finds by the member's name. Nothing of it stays, also when this process is told to end.
 *
 * @returns the command's exit code
 * @throws Error when the pod does not start within two minutes, or is lost
 */
export async function runAtVolume(
  api: ClusterApi,
  set: V1StatefulSet,
  { command, node, environment, onOutput }: ClusterCommand,
): Promise<number> {
  const namespace = set.metadata?.namespace ?? "";
  await removeJobs(api, set);
  const pod = await api.core.createNamespacedPod({
    namespace,
    body: podOf(set, node, environment),
  });
  // The connection to it breaks off with it.
  const interrupt = () => void remove(api, pod).catch(() => undefined);
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await execInPod(api, await untilStarted(api, pod), command, onOutput);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    await remove(api, pod);
  }
}

/** Those that are there were left by commands that were killed, and would go on. */
async function removeJobs(api: ClusterApi, { metadata }: V1StatefulSet): Promise<void> {
  const labelSelector = `${jobLabel}=${metadata?.name}`;
  const namespace = metadata?.namespace ?? "";
  const { items } = await api.core.listNamespacedPod({ namespace, labelSelector });
  for (const pod of items) await remove(api, pod);
}

/** Removes a pod, and waits until it is gone. */
async function remove({ core }: ClusterApi, { metadata }: V1Pod): Promise<void> {
  const object = { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
  await found(core.deleteNamespacedPod({ ...object, gracePeriodSeconds: 1 }));
  while (await found(core.readNamespacedPod(object))) await setTimeout(pollMilliseconds);
}

/** It waits until it is removed; what is asked for runs beside, so that its two outputs stay apart. */
function podOf(
  { metadata, spec }: V1StatefulSet,
  node: string | undefined,
  environment: Record<string, string> = {},
): V1Pod {
  const name = metadata?.name ?? "";
  const { [nameLabel]: _name, [setLabel]: _set, ...labels } = spec?.template.metadata?.labels ?? {};
  const { containers = [], affinity, volumes = [], ...pod } = spec?.template.spec ?? {};
  const claims = (spec?.volumeClaimTemplates ?? []).map(
    ({ metadata: { name: volume = "" } = {} }) => ({
      name: volume,
      persistentVolumeClaim: { claimName: `${volume}-${name}-0` },
    }),
  );
  return {
    metadata: { generateName: `${name}-job-`, labels: { ...labels, [jobLabel]: name } },
    spec: {
      ...pod,
      restartPolicy: "Never",
      affinity: { nodeAffinity: node ? onlyOn(node) : affinity?.nodeAffinity },
      volumes: [...volumes, ...claims],
      containers: containers.map(
        ({ livenessProbe, readinessProbe, startupProbe, lifecycle, ...container }) => ({
          ...container,
          command: ["sleep", "infinity"],
          args: [],
          env: [
            ...(container.env ?? []),
            ...Object.entries(environment).map(([key, value]) => ({ name: key, value })),
          ],
        }),
      ),
    },
  };
}

/** A volume may be used by several pods, but only on one node. */
function onlyOn(node: string): NonNullable<V1PodSpec["affinity"]>["nodeAffinity"] {
  const here = [{ key: "metadata.name", operator: "In", values: [node] }];
  return {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: here }] },
  };
}

async function untilStarted({ core }: ClusterApi, { metadata }: V1Pod): Promise<V1Pod> {
  const object = { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
  const deadline = Date.now() + startPatienceMilliseconds;
  for (;;) {
    const pod = await core.readNamespacedPod(object);
    if (isReady(pod)) return pod;
    if (Date.now() > deadline) {
      throw new Error(`the pod ${object.name} did not start within two minutes: ${reason(pod)}`);
    }
    await setTimeout(pollMilliseconds);
  }
}

function reason({ status }: V1Pod): string {
  const scheduling = status?.conditions?.find(({ status }) => status === "False")?.message;
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  return waiting?.message ?? waiting?.reason ?? scheduling ?? status?.phase ?? "no reason given";
}
