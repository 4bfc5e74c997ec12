import { clusterApi } from "../components/orchestrator/kubernetes/cluster-api.ts";
import { stackLabel } from "../components/orchestrator/kubernetes/names.ts";
import { clusterAccess } from "../stack/kubernetes-check.ts";
import { readCommitted } from "./configuration-check.ts";
import type { StackFiles } from "./workspace.ts";

/** Something that holds a stack's data. */
export interface StackData {
  name: string;
  remove: () => Promise<unknown>;
}

/** The claims of a stack's volumes; what becomes of a volume without its claim, its class decides. */
export async function findClaims(files: StackFiles): Promise<StackData[]> {
  const { settings } = readCommitted(files);
  const prefix = `ha-store-${files.stack}`;
  const namespace = settings.namespace || prefix;
  const { core } = await clusterApi(clusterAccess(settings));
  const labelSelector = `${stackLabel}=${prefix}`;
  const { items } = await core.listNamespacedPersistentVolumeClaim({ namespace, labelSelector });
  return items.map(({ metadata }) => {
    const name = metadata?.name ?? "";
    return { name, remove: () => core.deleteNamespacedPersistentVolumeClaim({ namespace, name }) };
  });
}
