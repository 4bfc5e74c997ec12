import type * as pulumi from "@pulumi/pulumi";
import { nameLabel, stackLabel } from "./names.ts";

/** What all objects of one stack share. */
export interface ClusterContext {
  prefix: string;
  /** Known, and created if it is ours to create, before anything is put into it. */
  namespace: pulumi.Input<string>;
  /** Class of the volumes. @default the cluster's default */
  storageClass?: string;
  /** Size of each volume. */
  volumeGiB: number;
  /** How ports get out of the cluster. */
  exposure: Exposure;
  serviceAccount: pulumi.Input<string>;
  /** Secret by which nodes sign in to the registry. @default they need none */
  pullSecret?: pulumi.Input<string>;
  /** Who goes first where there is not enough room. @default nobody */
  priorityClasses?: Record<Rank, pulumi.Input<string>>;
}

/**
 * How ports get out of the cluster: by a balancer of the cloud's, by a port of every node, or, where they
 * speak HTTP, by a proxy that the cluster has.
 */
export type Exposure =
  | { kind: "loadBalancer" | "nodePort" }
  | {
      kind: "ingress";
      hostNames: string[];
      /** @default the cluster's default */
      ingressClass?: string;
    }
  | {
      kind: "gateway";
      hostNames: string[];
      /** Name of the Gateway, after its namespace and a slash where that is another one. */
      gateway: string;
    };

/** What keeps data is needed by all that serves. */
export type Rank = "data" | "serving";

/** Labels by the convention, for an object that belongs to the workload or thing of that name. */
export function labelsOf(context: ClusterContext, name: string): Record<string, string> {
  return {
    ...selectorOf(context, name),
    "app.kubernetes.io/part-of": "ha-store",
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

/** Labels by which the pods of a workload are told from all others; they never change. */
export function selectorOf(context: ClusterContext, name: string): Record<string, string> {
  return { [nameLabel]: name, [stackLabel]: context.prefix };
}

/**
 * Metadata of an object that belongs to the workload of that name. What somebody else has written over
 * is written anew: without that, the API refuses the whole update for it.
 */
export function metadataOf(
  context: ClusterContext,
  name: string,
  own: { name?: string; annotations?: Record<string, pulumi.Input<string>> } = {},
) {
  return {
    name,
    ...own,
    annotations: { ...own.annotations, "pulumi.com/patchForce": "true" },
    namespace: context.namespace,
    labels: labelsOf(context, name),
  };
}
