import type { PrometheusAlert, Sample } from "./prometheus.ts";
import type { QueryName } from "./queries.ts";

/** All that a page shows: the store at one moment. */
export interface Snapshot {
  takenAt: Date;
  alerts: ActiveAlert[];
  traffic: Traffic;
  services: ServiceState[];
  clusters: ClusterState[];
  /** Members that are neither of a database nor a service: etcd, backups. */
  others: OtherState[];
  /** Undefined where no service uses a cache. */
  cacheReached: boolean | undefined;
  nodes: NodeState[];
  /** Newest first. */
  releases: Release[];
}

export interface ActiveAlert {
  name: string;
  severity: string;
  summary: string;
  runbook: string;
  firing: boolean;
  since: Date;
}

/** Whatever is unknown is undefined, as before the first request. */
export interface Traffic {
  requestsPerSecond: number | undefined;
  errorRatio: number | undefined;
  p50Seconds: number | undefined;
  p99Seconds: number | undefined;
  ordersPerMinute: Record<"confirmed" | "cancelled" | "refunded", number>;
}

export interface ServiceState {
  name: string;
  job: string;
  up: number;
  wanted: number;
  /** How many run in which zone, where that is known. */
  zones: Map<string, number>;
}

export interface MemberState {
  name: string;
  zone: string;
  role: "primary" | "synchronous standby" | "standby" | "down";
  lagBytes: number | undefined;
  timeline: number | undefined;
}

export interface ClusterState {
  name: string;
  members: MemberState[];
}

export interface OtherState {
  service: string;
  member: string;
  zone: string;
  up: boolean;
  leader: boolean;
}

export interface NodeState {
  zone: string;
  node: string;
  processors: number | undefined;
  memory: number | undefined;
  disk: number | undefined;
}

export interface Release {
  service: string;
  release: string;
  /** When its first replica started. */
  since: Date;
  /** How many run it now. */
  replicas: number;
}

export type Samples = Record<QueryName, Sample[]>;

/** Puts together what Prometheus answered. */
export function takeSnapshot(
  samples: Samples,
  alerts: readonly PrometheusAlert[],
  now: Date,
): Snapshot {
  return {
    takenAt: now,
    alerts: alerts.map(activeAlert).sort(byUrgency),
    traffic: traffic(samples),
    services: services(samples),
    clusters: clusters(samples),
    others: others(samples),
    cacheReached: samples.cache.length === 0 ? undefined : samples.cache.some(isOne),
    nodes: nodes(samples),
    releases: releases(samples),
  };
}

function activeAlert({ labels, annotations, state, activeAt }: PrometheusAlert): ActiveAlert {
  return {
    name: labels.alertname ?? "",
    severity: labels.severity ?? "",
    summary: annotations.summary ?? "",
    runbook: annotations.runbook ?? "",
    firing: state === "firing",
    since: new Date(activeAt),
  };
}

/** Firing before pending, critical before the rest, the oldest first. */
function byUrgency(one: ActiveAlert, other: ActiveAlert): number {
  const rank = ({ firing, severity }: ActiveAlert) =>
    (firing ? 0 : 2) + (severity === "critical" ? 0 : 1);
  return rank(one) - rank(other) || one.since.getTime() - other.since.getTime();
}

function traffic({ requests, errors, p50, p99, orders }: Samples): Traffic {
  const ofState = (state: string) => valueFor(orders, { state }) ?? 0;
  return {
    requestsPerSecond: valueFor(requests, {}),
    errorRatio: valueFor(errors, {}),
    p50Seconds: valueFor(p50, {}),
    p99Seconds: valueFor(p99, {}),
    ordersPerMinute: {
      confirmed: ofState("confirmed"),
      cancelled: ofState("cancelled"),
      refunded: ofState("refunded"),
    },
  };
}

function services({ up, wanted, replicas }: Samples): ServiceState[] {
  const served = wanted.filter(({ labels }) =>
    ["service", "edge", "router"].includes(labels.job ?? ""),
  );
  return served.map(({ labels: { service = "", job = "" }, value }) => {
    const zones = new Map<string, number>();
    for (const { labels, value: count } of replicas) {
      const zone = labels.zone ?? "";
      if (labels.service === service) zones.set(zone, (zones.get(zone) ?? 0) + count);
    }
    return { name: service, job, up: valueFor(up, { service, job }) ?? 0, wanted: value, zones };
  });
}

function clusters(samples: Samples): ClusterState[] {
  const members = samples.members.filter(({ labels }) => labels.job === "database");
  const names = [...new Set(members.map(({ labels }) => labels.service ?? ""))];
  return names.map((name) => ({
    name,
    members: members
      .filter(({ labels }) => labels.service === name)
      .map(({ labels: { member = "", zone = "" } }) => memberState(samples, member, zone))
      .sort((one, other) => one.name.localeCompare(other.name)),
  }));
}

function memberState(samples: Samples, member: string, zone: string): MemberState {
  const is = (query: QueryName) => valueFor(samples[query], { member }) === 1;
  const role = () => {
    if (!is("running")) return "down";
    if (is("primary")) return "primary";
    return is("synchronous") ? "synchronous standby" : "standby";
  };
  return {
    name: member,
    zone,
    role: role(),
    lagBytes: valueFor(samples.lag, { member }),
    timeline: valueFor(samples.timeline, { member }),
  };
}

function others({ members, etcdLeader }: Samples): OtherState[] {
  return members
    .filter(({ labels }) => labels.job !== "database")
    .map(({ labels: { service = "", member = "", zone = "" }, value }) => ({
      service,
      member,
      zone,
      up: value === 1,
      leader: valueFor(etcdLeader, { member }) === 1,
    }))
    .sort((one, other) => one.member.localeCompare(other.member));
}

function nodes({ nodes: known, processors, memory, disk }: Samples): NodeState[] {
  return known
    .map(({ labels: { zone = "", node = "", member = "" } }) => ({
      zone,
      node,
      processors: valueFor(processors, { member }),
      memory: valueFor(memory, { member }),
      disk: valueFor(disk, { member }),
    }))
    .sort((one, other) => one.zone.localeCompare(other.zone));
}

const shownReleases = 10;

function releases({ releases: known, runningReleases }: Samples): Release[] {
  return known
    .map(({ labels: { service = "", release = "" }, value }) => ({
      service,
      release,
      since: new Date(value * 1000),
      replicas: valueFor(runningReleases, { service, release }) ?? 0,
    }))
    .sort((one, other) => other.since.getTime() - one.since.getTime())
    .slice(0, shownReleases);
}

function isOne({ value }: Sample): boolean {
  return value === 1;
}

/** Of the series with these labels; undefined if there is none, or it has no number. */
function valueFor(samples: Sample[], labels: Record<string, string>): number | undefined {
  const wanted = Object.entries(labels);
  const found = samples.find((sample) =>
    wanted.every(([name, value]) => sample.labels[name] === value),
  );
  return found && Number.isFinite(found.value) ? found.value : undefined;
}
