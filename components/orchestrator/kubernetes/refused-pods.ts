import type { CoreV1Event } from "@kubernetes/client-node";
import type { ClusterApi } from "./cluster-api.ts";
import { nameLabel } from "./names.ts";
import { warningsAbout } from "./pod-report.ts";
import type { RolloutTarget } from "./rollout-state.ts";

/** What its workload is told where a pod may not even be made, as where a quota is full. */
export async function creationFailures(
  api: ClusterApi,
  target: RolloutTarget,
): Promise<CoreV1Event[]> {
  const { namespace, name } = target;
  if (target.kind !== "Deployment") return warningsAbout(api, target);
  const labelSelector = `${nameLabel}=${name}`;
  const sets = await api.apps
    .listNamespacedReplicaSet({ namespace, labelSelector })
    .catch(() => ({ items: [] }));
  const names = sets.items.flatMap(({ metadata }) => metadata?.name ?? []);
  const all = names.map((set) => warningsAbout(api, { kind: "ReplicaSet", namespace, name: set }));
  return (await Promise.all(all)).flat();
}

/**
 * Notices that a quota goes on refusing pods. Once is nothing: pods on their way out count until they are
 * gone, and what was refused an hour ago is still among the warnings.
 */
export class QuotaWatch {
  private readonly look: () => Promise<CoreV1Event[]>;
  private readonly everyMilliseconds: number;
  private nextLook: number;
  private refused: Set<string> | undefined;

  constructor(look: () => Promise<CoreV1Event[]>, everyMilliseconds: number) {
    this.look = look;
    this.everyMilliseconds = everyMilliseconds;
    this.nextLook = Date.now() + everyMilliseconds;
  }

  /** Whether pods were refused again since the last look; looks no more often than that. */
  async isFull(): Promise<boolean> {
    if (Date.now() < this.nextLook) return false;
    this.nextLook = Date.now() + this.everyMilliseconds;
    const before = this.refused;
    const warnings = await this.look();
    // A warning that is repeated is the same one in another version.
    const now = warnings
      .filter(({ message }) => message?.includes("exceeded quota"))
      .map(({ metadata }) => `${metadata?.uid} ${metadata?.resourceVersion}`);
    this.refused = new Set(now);
    return before !== undefined && now.some((one) => !before.has(one));
  }
}
