import type { V1ObjectMeta, V1PodSpec } from "@kubernetes/client-node";

/** An object of any kind that a stack has, of whose own fields only those are typed that rules look at. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: V1ObjectMeta & { name: string };
  spec?: {
    replicas?: number;
    selector?: Record<string, string | Labels>;
    template?: { metadata: { labels: Labels }; spec: V1PodSpec };
    podSelector?: { matchLabels?: Labels };
    policyTypes?: string[];
    ports?: { targetPort?: number | string }[];
    maxUnavailable?: number | string;
    minAvailable?: number | string;
    unhealthyPodEvictionPolicy?: string;
    minReplicas?: number;
    maxReplicas?: number;
  };
  data?: Record<string, string>;
}

export type Labels = Record<string, string>;

/** By what labels it finds its pods: a Service has them bare. */
export function selectorOf({ spec }: Manifest): Labels {
  const { matchLabels, ...labels } = spec?.selector ?? {};
  return typeof matchLabels === "object" ? matchLabels : (labels as Labels);
}

/** Whether an object with these labels is what the selector selects. */
export function selects(selector: Labels | undefined, labels: Labels | undefined): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels?.[key] === value);
}
