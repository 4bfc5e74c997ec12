import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network } from "../orchestrator/specs.ts";
import { alertmanagerConfiguration } from "./alertmanager-configuration.ts";
import type { ScrapeTarget } from "./scrape-target.ts";

/** What tells people of alerts. */
export interface AlertmanagerArgs {
  orchestrator: Orchestrator;
  /** Image by digest. */
  image: pulumi.Input<string>;
  /** Where Prometheus is; not internal, since webhooks are outside. */
  network: Network;
  /** URLs that alerts are sent to; they are secrets, as most have a token in them. At least one. */
  webhooks: pulumi.Input<string>[];
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

const port = 9093;
const gossipPort = 9094;
const configurationFile = "/run/secrets/alertmanager.yml";

/**
 * Alertmanager in the first two zones. Prometheus tells both of each alert, they tell each other what has
 * been sent: one alone goes on, and both together send everything once. What was silenced is known as
 * long as one of them is there.
 *
 * @throws pulumi.InputPropertyError when there is no webhook, or one is no URL.
 */
export class Alertmanager extends pulumi.ComponentResource {
  /** Where Prometheus finds the members, `host:port` each. */
  readonly addresses: string[];
  /** Resolves once every member serves. */
  readonly ready: pulumi.Output<pulumi.Resource[]>;
  /** What of it speaks Prometheus. */
  readonly scrapeTargets: ScrapeTarget[];

  constructor(name: string, args: AlertmanagerArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(args);
    super("ha-store:index:Alertmanager", name, {}, opts);
    const { orchestrator, rolloutTimeoutSeconds } = args;
    const parent = { parent: this };
    const zones = orchestrator.zones.slice(0, 2);
    const members = (zones.length > 0 ? zones : [undefined]).map((zone, index) => ({
      name: `${name}-${index + 1}`,
      zone,
    }));
    const peers = members.map((member) => `${member.name}:${gossipPort}`);
    const secret = orchestrator.secret(
      `${name}-configuration`,
      { content: pulumi.secret(pulumi.output(args.webhooks).apply(alertmanagerConfiguration)) },
      parent,
    );
    const workloads = orchestrator.statefulSet(
      name,
      {
        image: args.image,
        networks: [args.network],
        members,
        environment: { PEERS: members.length > 1 ? peers.join(" ") : "" },
        secrets: [{ secret, path: configurationFile }],
        scratch: [{ path: "/var/lib/alertmanager" }, { path: "/tmp" }],
        healthCheck: { command: ["healthcheck"], ready: { port, path: "/-/ready" } },
        resources: { memoryLimitMiB: 96, memoryReservationMiB: 24 },
        rolloutTimeoutSeconds,
      },
      parent,
    );
    this.addresses = members.map((member) => `${member.name}:${port}`);
    this.scrapeTargets = [{ job: "alertmanager", service: name, port, members }];
    this.ready = pulumi.all(workloads.map((workload) => workload.ready));
    this.registerOutputs({ addresses: this.addresses });
  }
}

function validate({ webhooks }: AlertmanagerArgs): void {
  const refuse = (propertyPath: string, reason: string) => {
    throw new pulumi.InputPropertyError({ propertyPath, reason });
  };
  if (webhooks.length === 0) refuse("webhooks", "is empty: give at least one URL");
  webhooks.forEach((webhook, index) => {
    if (typeof webhook === "string" && !isWebhook(webhook)) {
      refuse(`webhooks[${index}]`, "is no URL: give one that begins with http:// or https://");
    }
  });
}

/** Whether alerts can be sent there. */
export function isWebhook(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}
