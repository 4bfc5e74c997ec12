/** Label on everything of a stack: the stack it belongs to. */
export const stackLabel = "app.kubernetes.io/instance";

/** Label on what belongs to a workload: the workload's name. */
export const nameLabel = "app.kubernetes.io/name";

/** Label on the pods of a stateful set's members: the set's name. */
export const setLabel = "ha-store/stateful-set";

/** Annotation on a pod: a hash of all that was asked for. Another one has a pod of another version. */
export const specificationAnnotation = "ha-store/specification";

/** Label on a node: the failure domain it stands in. */
export const zoneLabel = "topology.kubernetes.io/zone";

/** Label on a node: its own name. */
export const hostLabel = "kubernetes.io/hostname";

/** Label on a pod: it is on this network. */
export function networkLabel(network: string): string {
  return `network.ha-store/${network}`;
}

/** Label that says so. */
export const onNetwork = "yes";

/** Where a secret or a configuration file keeps its content. */
export const contentKey = "content";
