/** Something that somebody should look at. */
export interface Alert {
  name: string;
  /** True while there are results. */
  expr: string;
  /** For how long it has to be true: what mends itself in that time is not worth a call. */
  forSeconds: number;
  /** `critical`: customers notice now. `warning`: they will, if the next thing breaks as well. */
  severity: "critical" | "warning";
  /** One sentence, with Prometheus' template variables. */
  summary: string;
}

const serving = 'job=~"service|edge|router"';

/**
 * What the faults of docs/faults.md cause, and what creeps up. A failover takes 10 to 20 s, so
 * nothing about primaries is told before half a minute.
 */
export const alerts: readonly Alert[] = [
  {
    name: "ServiceDown",
    expr: `store:up:sum{${serving}} == 0`,
    forSeconds: 20,
    severity: "critical",
    summary: "No replica of {{ $labels.service }} answers",
  },
  {
    name: "ReplicasMissing",
    expr: `store:up:sum{${serving}} < store:wanted and store:up:sum > 0`,
    forSeconds: 60,
    severity: "warning",
    summary: "{{ $labels.service }} has {{ $value }} replicas that answer, fewer than it should",
  },
  {
    name: "NoPrimary",
    expr: "store:primaries:sum == 0",
    forSeconds: 30,
    severity: "critical",
    summary: "{{ $labels.service }} has no primary: nothing can be written to it",
  },
  {
    name: "DatabaseMemberDown",
    expr: 'up{job="database"} == 0 or on (service, member) patroni_postgres_running == 0',
    forSeconds: 60,
    severity: "warning",
    summary: "{{ $labels.member }} is down: one loss more may stop {{ $labels.service }}",
  },
  {
    name: "StandbyLagging",
    expr: "store:standby_lag:bytes > 16 * 1024 * 1024",
    forSeconds: 60,
    severity: "warning",
    summary: "{{ $labels.member }} is {{ $value | humanize1024 }}B behind its primary",
  },
  {
    name: "NoSynchronousStandby",
    expr: "store:synchronous_standbys:sum == 0 and on (service) store:synchronous_wanted",
    forSeconds: 60,
    severity: "warning",
    summary:
      "{{ $labels.service }} has no synchronous standby: the primary alone has the last commits",
  },
  {
    name: "EtcdMemberDown",
    expr: 'up{job="etcd"} == 0',
    forSeconds: 30,
    severity: "warning",
    summary: "{{ $labels.member }} is down: one loss more and no primary can be elected",
  },
  {
    name: "EtcdWithoutMajority",
    expr: [
      "(sum by (service) (etcd_server_has_leader)",
      '  or sum by (service) (store:wanted{job="etcd"} * 0)) * 2',
      '  <= on (service) sum by (service) (store:wanted{job="etcd"})',
    ].join("\n"),
    forSeconds: 20,
    severity: "critical",
    summary: "{{ $labels.service }} has lost its majority: a lost primary would not be replaced",
  },
  {
    name: "CacheUnreachable",
    expr: "max by (service) (store_cache_answering) == 0",
    forSeconds: 30,
    severity: "warning",
    summary:
      "No replica of {{ $labels.service }} reaches the cache's primary: reads go to databases",
  },
  {
    name: "EdgeErrors",
    expr: "store:edge_errors:ratio1m > 0.02",
    forSeconds: 30,
    severity: "critical",
    summary: "{{ $value | humanizePercentage }} of the answers to customers are errors",
  },
  {
    name: "SlowPages",
    expr: "store:page_seconds:p99 > 1",
    forSeconds: 120,
    severity: "warning",
    summary: "One page in a hundred takes longer than {{ $value | humanizeDuration }}",
  },
  {
    name: "StockOuts",
    expr: "sum(increase(store_stock_outs_total[10m])) > 20",
    forSeconds: 0,
    severity: "warning",
    summary: "{{ $value | humanize }} orders failed in ten minutes because something had sold out",
  },
  {
    name: "BackupHostDown",
    expr: 'up{job="backup"} == 0',
    forSeconds: 120,
    severity: "warning",
    summary: "{{ $labels.member }} is down: changes stay on the databases' own disks",
  },
  {
    name: "BackupOverdue",
    expr: [
      "time() - store_backup_due_timestamp_seconds > 2 * 3600",
      "  and store_backup_due_timestamp_seconds > store_backup_started_timestamp_seconds",
    ].join("\n"),
    forSeconds: 60,
    severity: "warning",
    summary: "The backup of {{ $labels.cluster }} is overdue by {{ $value | humanizeDuration }}",
  },
  {
    name: "AlertsNotSent",
    expr: "sum by (member) (rate(alertmanager_notifications_failed_total[5m])) > 0",
    forSeconds: 120,
    severity: "warning",
    summary: "{{ $labels.member }} can't send alerts to a webhook",
  },
  {
    name: "NodeDown",
    expr: 'up{job="node"} == 0',
    forSeconds: 60,
    severity: "warning",
    summary: "Nothing answers on the node of {{ $labels.zone }}",
  },
  {
    name: "DiskNearlyFull",
    expr: 'node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes < 0.1',
    forSeconds: 300,
    severity: "warning",
    summary: "{{ $value | humanizePercentage }} of the disk is left in {{ $labels.zone }}",
  },
];
