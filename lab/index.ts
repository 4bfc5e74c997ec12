export type { NodeState } from "./host/node.ts";
export { canEncryptOverlays } from "./host/overlay-encryption.ts";
export type { LabUpArgs } from "./host/prepare.ts";
export { kubernetesStatus } from "./kubernetes/status.ts";
export { swarmDown } from "./swarm/down.ts";
export { node, type SwarmNode } from "./swarm/node.ts";
export { type LabStatus, type NodeStatus, swarmStatus } from "./swarm/status.ts";
export { type Lab, swarmUp } from "./swarm/up.ts";
