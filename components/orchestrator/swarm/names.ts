/** Label on everything we make in a Swarm: the stack it belongs to. */
export const stackLabel = "ha-store.stack";

/** Label on a configuration: a hash of the registry's credentials that the stack's services have. */
export const credentialsLabel = "ha-store.registry-credentials";

/**
 * Label on a service: a hash of all that was asked for. Where it says something else, Swarm went back
 * to an earlier version or somebody changed the service.
 */
export const specificationLabel = "ha-store.specification";

/**
 * Label on a service: between which bounds the autoscaler may set its replicas, as JSON. It holds all
 * that the autoscaler knows of a service, so that there is no list of services that could be out of date.
 */
export const autoscalingLabel = "ha-store.autoscaling";

/** Label on a node: the failure domain it stands in. */
export const zoneLabel = "zone";

/** Name of a service or volume in the cluster: a stack's names never meet another stack's. */
export function physicalName(prefix: string, name: string): string {
  return `${prefix}-${name}`;
}
