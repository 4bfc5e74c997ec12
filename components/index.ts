export * from "./data/backup.ts";
export * from "./data/cache-cluster.ts";
export type * from "./data/connection.ts";
export * from "./data/etcd-cluster.ts";
export type * from "./data/patroni-configuration.ts";
export * from "./data/postgres-cluster.ts";
export * from "./data/restored-cluster.ts";
export * from "./data/sharded-database.ts";
export * from "./delivery/registry.ts";
export * from "./delivery/registry-access.ts";
export * from "./delivery/service-image.ts";
export { Alertmanager, type AlertmanagerArgs } from "./observability/alertmanager.ts";
export {
  Monitoring,
  type MonitoringArgs,
  type MonitoringImageName,
} from "./observability/monitoring.ts";
export type * from "./observability/scrape-target.ts";
export type { Exposure } from "./orchestrator/kubernetes/cluster-context.ts";
export type { ImageBuilder, ImageRegistry } from "./orchestrator/kubernetes/image-registry.ts";
export * from "./orchestrator/kubernetes/kubernetes-orchestrator.ts";
export type * from "./orchestrator/orchestrator.ts";
export type * from "./orchestrator/specs.ts";
export * from "./orchestrator/swarm/swarm-orchestrator.ts";
export * from "./security/generated-secret.ts";
export * from "./security/service-network.ts";
export * from "./serving/autoscaler.ts";
export * from "./serving/load-balancer.ts";
export * from "./serving/replicated-service.ts";
export * from "./store/online-store.ts";
export type * from "./store/rotated-secrets.ts";
export * from "./store/store-data.ts";
export type { StoreImageName } from "./store/store-images.ts";
export type { StoreServiceName } from "./store/store-services.ts";
