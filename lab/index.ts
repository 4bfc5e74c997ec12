export { canEncryptOverlays } from "./host/overlay-encryption.ts";
export { swarmDown } from "./swarm/down.ts";
export { type LabNode, type NodeState, node } from "./swarm/node.ts";
export { type LabStatus, type NodeStatus, swarmStatus } from "./swarm/status.ts";
export { type Lab, type SwarmUpArgs, swarmUp } from "./swarm/up.ts";
