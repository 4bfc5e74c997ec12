import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network } from "../orchestrator/specs.ts";
import { ServiceNetwork } from "../security/service-network.ts";
import { Alertmanager } from "./alertmanager.ts";
import { ruleFile } from "./rules.ts";
import { scrapeConfiguration } from "./scrape-configuration.ts";
import type { ScrapeTarget } from "./scrape-target.ts";

/** Metrics, alerts and a status page for what runs in the cluster. */
export interface MonitoringArgs {
  orchestrator: Orchestrator;
  /** Images by digest; `alertmanager` is needed only with `alertWebhooks`. */
  images: Record<MonitoringImageName, pulumi.Input<string>> & {
    alertmanager?: pulumi.Input<string>;
  };
  /** Where the targets are. */
  networks: Network[];
  /** What is to be watched; the nodes are added. */
  targets: readonly ScrapeTarget[];
  /** URLs that an {@link Alertmanager} sends alerts to. @default none: the status page shows them */
  alertWebhooks?: pulumi.Input<string>[];
  /** Name on the status page. @default "ha-store" */
  title?: string;
  /** Zone of Prometheus, its volume and the status page. @default the first */
  zone?: string;
  /** Port of that zone's node for the status page, which asks nobody who they are. @default 8090 */
  statusPort?: number;
  /** For how many days figures are kept. @default 15 */
  retentionDays?: number;
  /** How much they may take of the volume, in MiB; the oldest go first. @default 2048 */
  retentionMiB?: number;
  /** Hard limit of Prometheus in MiB. @default 384 */
  memoryLimitMiB?: number;
  /** Whether its network is encrypted between nodes. @default true */
  encryptNetworks?: boolean;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

/** Images of the monitoring: the folders that they are built from. */
export const monitoringImageNames = ["prometheus", "node-exporter", "status"] as const;

/** Name of one of these. */
export type MonitoringImageName = (typeof monitoringImageNames)[number];

const prometheusPort = 9090;
const nodePort = 9100;
const statusPagePort = 8080;
const configurationFile = "/etc/prometheus/prometheus.yml";
const rulesPath = "/etc/prometheus/rules.yml";

/**
 * One Prometheus that watches its targets and holds them against the alert rules, an exporter in
 * each zone for the figures of its node, and a status page. Nothing of a store depends on them.
 * Prometheus has no port outside, because whoever reaches it can read everything; the status page
 * shows no more than it has to.
 *
 * @throws pulumi.InputPropertyError when there is nothing to watch, or no such zone.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** Where Prometheus answers, on `network`. */
  readonly prometheusUrl: string;
  /** What wants to ask Prometheus, such as a Grafana of one's own, joins it. */
  readonly network: Network;
  /** Resolves once every part serves. */
  readonly ready: pulumi.Output<pulumi.Resource[]>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(args);
    super("ha-store:index:Monitoring", name, {}, opts);
    const { orchestrator, rolloutTimeoutSeconds } = args;
    const parent = { parent: this };
    const zone = args.zone ?? orchestrator.zones[0];
    // Not internal: no port of a node leads to a container that has internal networks alone.
    this.network = new ServiceNetwork(
      name,
      { orchestrator, encrypted: args.encryptNetworks, internal: false },
      parent,
    );
    this.prometheusUrl = `http://prometheus:${prometheusPort}`;
    const common = { rolloutTimeoutSeconds };

    const exporters = nodeExporters(orchestrator.zones);
    const nodes = orchestrator.statefulSet(
      exporters.service,
      {
        ...common,
        image: args.images["node-exporter"],
        networks: [this.network],
        members: [...exporters.members],
        environment: { NODE_NAME: orchestrator.nodeName },
        scratch: [{ path: "/tmp" }],
        healthCheck: {
          command: ["healthcheck"],
          ready: { port: nodePort, path: "/" },
          alive: { port: nodePort },
        },
        resources: { memoryLimitMiB: 64, memoryReservationMiB: 16 },
      },
      parent,
    );

    const alertmanager = this.alertmanager(args);
    const targets = [...args.targets, exporters, ...(alertmanager?.scrapeTargets ?? [])];
    const file = (part: string, path: string, content: string) => ({
      configFile: orchestrator.configFile(`prometheus-${part}`, { content }, parent),
      path,
    });
    const scrape = scrapeConfiguration(
      targets,
      rulesPath,
      (service) => orchestrator.replicasHost(service),
      alertmanager?.addresses,
    );
    const memoryLimitMiB = args.memoryLimitMiB ?? 384;
    const prometheus = orchestrator.statefulSet(
      "prometheus",
      {
        ...common,
        image: args.images.prometheus,
        networks: [this.network, ...args.networks],
        members: [{ name: "prometheus", zone }],
        volumePath: "/var/lib/prometheus",
        command: [
          `--config.file=${configurationFile}`,
          "--storage.tsdb.path=/var/lib/prometheus",
          `--storage.tsdb.retention.time=${args.retentionDays ?? 15}d`,
          `--storage.tsdb.retention.size=${args.retentionMiB ?? 2048}MB`,
          `--web.listen-address=:${prometheusPort}`,
        ],
        // Collects garbage sooner rather than be killed.
        environment: { GOMEMLIMIT: `${Math.floor(memoryLimitMiB * 0.8)}MiB` },
        configFiles: [
          file("configuration", configurationFile, scrape),
          file("rules", rulesPath, ruleFile(targets)),
        ],
        healthCheck: {
          command: ["healthcheck"],
          ready: { port: prometheusPort, path: "/-/ready" },
          alive: { port: prometheusPort, path: "/-/healthy" },
        },
        resources: { memoryLimitMiB, memoryReservationMiB: 96 },
      },
      parent,
    );

    const status = orchestrator.statefulSet(
      "status",
      {
        ...common,
        image: args.images.status,
        networks: [this.network],
        members: [{ name: "status", zone }],
        environment: {
          PORT: String(statusPagePort),
          PROMETHEUS_URL: this.prometheusUrl,
          STORE_NAME: args.title ?? "ha-store",
          DRAIN_SECONDS: "0",
        },
        scratch: [{ path: "/tmp" }],
        ports: [
          {
            target: statusPagePort,
            published: args.statusPort ?? 8090,
            http: { subdomain: "status" },
          },
        ],
        healthCheck: {
          command: ["bash", "/app/healthcheck"],
          ready: { port: statusPagePort, path: "/readyz" },
          alive: { port: statusPagePort, path: "/healthz" },
        },
        resources: { memoryLimitMiB: 128, memoryReservationMiB: 48 },
      },
      parent,
    );
    const workloads = [...nodes, ...prometheus, ...status];
    this.ready = pulumi
      .all([pulumi.all(workloads.map((one) => one.ready)), alertmanager?.ready ?? []])
      .apply(([own, theirs]) => [...own, ...theirs]);
    this.registerOutputs({ prometheusUrl: this.prometheusUrl });
  }

  private alertmanager(args: MonitoringArgs): Alertmanager | undefined {
    const { alertmanager: image } = args.images;
    if (!args.alertWebhooks?.length || !image) return undefined;
    const { orchestrator, alertWebhooks: webhooks, rolloutTimeoutSeconds } = args;
    return new Alertmanager(
      "alertmanager",
      { orchestrator, image, network: this.network, webhooks, rolloutTimeoutSeconds },
      { parent: this },
    );
  }
}

function nodeExporters(zones: readonly string[]) {
  const service = "node-exporter";
  const members = zones.map((zone, index) => ({ name: `${service}-${index + 1}`, zone }));
  return {
    job: "node",
    service,
    port: nodePort,
    members: members.length > 0 ? members : [{ name: `${service}-1` }],
  } satisfies ScrapeTarget;
}

function validate(args: MonitoringArgs): void {
  const { targets, zone, orchestrator, alertWebhooks = [], images } = args;
  const refuse = (propertyPath: string, reason: string) => {
    throw new pulumi.InputPropertyError({ propertyPath, reason });
  };
  if (targets.length === 0) refuse("targets", "is empty: give at least one");
  if (alertWebhooks.length > 0 && images.alertmanager === undefined) {
    refuse("images.alertmanager", "is missing, but there are alertWebhooks: give it");
  }
  if (zone !== undefined && !orchestrator.zones.includes(zone)) {
    const zones = orchestrator.zones.join(", ") || "there are none, so leave it out";
    refuse("zone", `is "${zone}": give one of the orchestrator's zones (${zones})`);
  }
}
