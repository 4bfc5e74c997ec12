/** What is asked for each page; the names of series are those of components/observability/rules.ts. */
export const queries = {
  up: "store:up:sum",
  wanted: "store:wanted",
  replicas: "store:replicas:count",
  members: 'up{job=~"database|etcd|backup|alertmanager"}',
  primary: "patroni_primary == 1",
  synchronous: "patroni_sync_standby + patroni_quorum_standby == 1",
  running: "patroni_postgres_running == 1",
  timeline: "patroni_postgres_timeline",
  lag: "store:standby_lag:bytes",
  etcdLeader: "etcd_server_is_leader == 1",
  cache: "max by (service) (store_cache_answering)",
  requests: "store:edge_requests:rate1m",
  errors: "store:edge_errors:ratio1m",
  p50: "store:page_seconds:p50",
  p99: "store:page_seconds:p99",
  orders: "store:orders:rate5m * 60",
  nodes: "store_node_info",
  processors: '1 - avg by (member) (rate(node_cpu_seconds_total{mode="idle"}[1m]))',
  memory: "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
  disk: '1 - node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes',
  releases: "min by (service, release) (min_over_time(store:release_start:seconds[7d]))",
  runningReleases: "sum by (service, release) (store:replicas:count)",
} as const;

export type QueryName = keyof typeof queries;
