import { stringify } from "yaml";
import { alerts } from "./alerts.ts";
import { type ScrapeTarget, wantedOf } from "./scrape-target.ts";

/** A series that Prometheus computes at each look. */
interface RecordingRule {
  record: string;
  expr: string;
  labels?: Record<string, string>;
}

const probes = "/metrics|/readyz|/healthz";

function pageQuantile(quantile: number): string {
  const pages = `http_request_duration_seconds_bucket{service="storefront",route!~"${probes}"}`;
  return `histogram_quantile(${quantile}, sum by (le) (rate(${pages}[1m])))`;
}

const edgeErrors = 'haproxy_frontend_http_responses_total{proxy="edge",code="5xx"}';
const edgeRequests = 'haproxy_frontend_http_requests_total{proxy="edge"}';

/** What alerts, status page and dashboards have in common. */
const recorded: RecordingRule[] = [
  // What DNS has forgotten has no series at all, so it is counted from what is wanted.
  { record: "store:up:sum", expr: "sum by (job, service) (up) or store:wanted * 0" },
  {
    record: "store:primaries:sum",
    expr: 'sum by (service) (patroni_primary) or sum by (service) (store:wanted{job="database"} * 0)',
  },
  {
    record: "store:standby_lag:bytes",
    expr: [
      "clamp_min((max by (service) (patroni_xlog_location)",
      "  - on (service) group_right ()",
      "  max by (service, member, zone) (patroni_xlog_replayed_location * (patroni_replica == 1))), 0)",
    ].join("\n"),
  },
  {
    record: "store:synchronous_standbys:sum",
    expr: "sum by (service) (patroni_sync_standby + patroni_quorum_standby) or store:synchronous_wanted * 0",
  },
  { record: "store:edge_requests:rate1m", expr: `sum(rate(${edgeRequests}[1m]))` },
  {
    record: "store:edge_errors:ratio1m",
    expr: `sum(rate(${edgeErrors}[1m])) / (store:edge_requests:rate1m > 0)`,
  },
  { record: "store:page_seconds:p50", expr: pageQuantile(0.5) },
  { record: "store:page_seconds:p99", expr: pageQuantile(0.99) },
  {
    record: "store:orders:rate5m",
    expr: "sum by (state) (rate(store_orders_total[5m]))",
  },
  // Where a replica runs is known by its node, and where a node stands by who looks after it.
  {
    record: "store:replicas:count",
    expr: [
      "count by (service, release, zone) (",
      "  store_replica_info * on (node) group_left (zone) max by (node, zone) (store_node_info))",
    ].join("\n"),
  },
  // Its smallest value is when the release was first seen to run.
  {
    record: "store:release_start:seconds",
    expr: [
      "min by (service, release) (process_start_time_seconds",
      "  * on (instance, service) group_left (release) store_replica_info)",
    ].join("\n"),
  },
];

/** Rules as Prometheus and `promtool test rules` read them. */
export function ruleFile(targets: readonly ScrapeTarget[]): string {
  return stringify(
    {
      groups: [
        // One group, because its rules are computed in their order.
        { name: "recorded", rules: [...wanted(targets), ...recorded] },
        { name: "alerts", rules: alerts.map(alertRule) },
      ],
    },
    { lineWidth: 0 },
  );
}

/** How many there should be, so that an expression can compare. */
function wanted(targets: readonly ScrapeTarget[]): RecordingRule[] {
  return targets.flatMap((target) => {
    const { job, service, synchronous, autoscaled } = target;
    const least = `vector(${wantedOf(target)})`;
    const expr = autoscaled ? `max(autoscaler_replicas{workload="${service}"}) or ${least}` : least;
    const rules: RecordingRule[] = [{ record: "store:wanted", expr, labels: { job, service } }];
    if (synchronous) {
      rules.push({ record: "store:synchronous_wanted", expr: "vector(1)", labels: { service } });
    }
    return rules;
  });
}

function alertRule({ name, expr, forSeconds, severity, summary }: (typeof alerts)[number]) {
  return {
    alert: name,
    expr,
    for: `${forSeconds}s`,
    labels: { severity },
    annotations: { summary, runbook: `docs/observability.md#${name.toLowerCase()}` },
  };
}
