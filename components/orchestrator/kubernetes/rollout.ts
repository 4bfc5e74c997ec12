import type { V1Pod } from "@kubernetes/client-node";
import { RolloutError } from "../rollout-error.ts";
import type { Changes } from "./change-watch.ts";
import type { ClusterApi } from "./cluster-api.ts";
import { nameLabel, specificationAnnotation } from "./names.ts";
import { describePod, hopeless, saidBy, troubled } from "./pod-report.ts";
import { creationFailures, QuotaWatch } from "./refused-pods.ts";
import { type RolloutTarget, rolloutState } from "./rollout-state.ts";

/** Watches one roll-out to its end. */
export interface RolloutOptions {
  target: RolloutTarget;
  /** What its pods' annotation has to say for them to be of the wanted version. */
  specification: string;
  timeoutSeconds: number;
  /** How often it is asked whether a quota refuses pods; the second time that it does is the end. @default 30,000 */
  quotaLookMilliseconds?: number;
  /** When to look again. */
  changes: Changes;
  /** Told how far the roll-out is, whenever that changes. */
  progress: (message: string) => void;
}

/** It is looked at again after so long, though nothing has changed as far as anybody told. */
const unchangedMilliseconds = 10_000;

/**
 * Waits until every pod of the workload is of its wanted version and ready.
 *
 * @throws RolloutError that names the workload, the pod, its node, the reason and its last log lines:
 * when its containers keep failing, when a quota keeps refusing pods, when it is gone, or when time is up.
 */
export async function waitForRollout(api: ClusterApi, options: RolloutOptions): Promise<void> {
  const { target, specification, timeoutSeconds, quotaLookMilliseconds = 30_000 } = options;
  const quota = new QuotaWatch(() => creationFailures(api, target), quotaLookMilliseconds);
  const fail = (reason: string) => failure(api, target, specification, reason);
  const deadline = Date.now() + timeoutSeconds * 1000;
  let said = "";
  for (;;) {
    const state = await rolloutState(api, target);
    if (!state) throw await fail("it is gone");
    if (state.serving) return;
    if (state.message !== said) options.progress(state.message);
    said = state.message;
    const pods = troubled(await podsOf(api, target, specification));
    const reason = pods.map(hopeless).find((one) => one !== undefined);
    if (reason) throw await fail(reason);
    if (pods.length === 0 && (await quota.isFull())) {
      throw await fail("its pods are refused: raise the quota, or ask for less of it");
    }
    if (Date.now() > deadline) {
      throw await fail(`not complete after ${timeoutSeconds} s (${state.message})`);
    }
    await options.changes.next(Math.min(unchangedMilliseconds, deadline - Date.now()));
  }
}

/** Its pods of the wanted version: those of an earlier one may have failed long ago. */
async function podsOf(
  api: ClusterApi,
  { namespace, name }: RolloutTarget,
  specification: string,
): Promise<V1Pod[]> {
  const labelSelector = `${nameLabel}=${name}`;
  const { items } = await api.core.listNamespacedPod({ namespace, labelSelector });
  return items.filter(
    ({ metadata }) => metadata?.annotations?.[specificationAnnotation] === specification,
  );
}

/** A pod may not even be made, as where a quota is full: its workload knows why. */
async function failure(
  api: ClusterApi,
  target: RolloutTarget,
  specification: string,
  reason: string,
): Promise<RolloutError> {
  const [pod] = troubled(await podsOf(api, target, specification).catch(() => []));
  const detail = pod ? [await describePod(api, pod)] : saidBy(await creationFailures(api, target));
  const headline = `roll-out of ${target.kind} ${target.namespace}/${target.name} failed: ${reason}`;
  return new RolloutError([headline, ...detail].join("\n"));
}
