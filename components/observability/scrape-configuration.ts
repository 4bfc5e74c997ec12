import { stringify } from "yaml";
import type { ScrapeJob, ScrapeTarget } from "./scrape-target.ts";

/** Seconds between two looks at each target, and at each rule. */
export const scrapeSeconds = 10;

/** HAProxy tells of each of the hundred places for servers otherwise. */
const haproxyOnly = { params: { scope: ["frontend", "backend"] } };

const particulars: Partial<Record<ScrapeJob, object>> = {
  edge: haproxyOnly,
  router: haproxyOnly,
};

/**
 * Prometheus' configuration. Members are asked by name, so that one that is gone shows as down;
 * replicas are found through the orchestrator's DNS, which leaves out those that are not healthy.
 *
 * @param ruleFile - Path of the rules in the container.
 * @param replicasHost - The host name that leads to all replicas of a service.
 * @param alertmanagers - Who is told of alerts, `host:port` each.
 */
export function scrapeConfiguration(
  targets: readonly ScrapeTarget[],
  ruleFile: string,
  replicasHost: (service: string) => string,
  alertmanagers: readonly string[] = [],
): string {
  const jobs = [...new Set(targets.map(({ job }) => job))];
  return stringify({
    global: {
      scrape_interval: `${scrapeSeconds}s`,
      scrape_timeout: "5s",
      evaluation_interval: `${scrapeSeconds}s`,
    },
    rule_files: [ruleFile],
    ...(alertmanagers.length > 0 ? { alerting: alerting(alertmanagers) } : {}),
    scrape_configs: jobs.map((job) => scrapeConfig(job, targets, replicasHost)),
  });
}

/** All of them, since they keep each other from telling twice. */
function alerting(alertmanagers: readonly string[]): object {
  return { alertmanagers: [{ static_configs: [{ targets: alertmanagers }] }] };
}

function scrapeConfig(
  job: ScrapeJob,
  targets: readonly ScrapeTarget[],
  replicasHost: (service: string) => string,
): object {
  const ofJob = targets.filter((target) => target.job === job);
  const named = ofJob.flatMap(({ service, port, members = [] }) =>
    members.map(({ name, zone }) => ({
      targets: [`${name}:${port}`],
      labels: { service, member: name, ...(zone === undefined ? {} : { zone }) },
    })),
  );
  const found = ofJob
    .filter(({ members }) => members === undefined)
    .map(({ service, port }) => ({
      names: [replicasHost(service)],
      type: "A",
      port,
      refresh_interval: "5s",
    }));
  return {
    job_name: job,
    ...particulars[job],
    ...(named.length > 0 ? { static_configs: named } : {}),
    ...(found.length > 0 ? { dns_sd_configs: found, relabel_configs: [serviceFromDns] } : {}),
  };
}

/** Leaves the label of members alone, which have no name from DNS. */
const serviceFromDns = {
  source_labels: ["__meta_dns_name"],
  regex: "(?:tasks\\.)?([^.]+).*",
  target_label: "service",
};
