import type { ReplicatedServiceSpec } from "../specs.ts";
import { withinBounds } from "./keep-replicas.ts";
import { zoneLabel } from "./names.ts";
import type { ServiceShape } from "./service-args.ts";

/** How interchangeable replicas differ from other services: side by side, in as many zones as there are. */
export function replicatedShape(
  spec: ReplicatedServiceSpec,
): Omit<ServiceShape, "serviceName" | "dnsName"> {
  const { autoscaling, maxReplicasPerNode, orchestratorSocket: socket } = spec;
  const replicas = autoscaling ? withinBounds(spec.replicas, autoscaling) : spec.replicas;
  return {
    mode: { replicated: { replicas } },
    autoscaling,
    order: "start-first",
    parallelism: Math.ceil(replicas / 10),
    // Only a manager's engine speaks for the Swarm.
    constraints: socket ? ["node.role==manager"] : [],
    spread: [`node.labels.${zoneLabel}`],
    maxReplicasPerNode,
    volumes: socket
      ? [{ type: "bind", source: "/var/run/docker.sock", target: socket, readOnly: true }]
      : [],
  };
}
