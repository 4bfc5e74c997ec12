import * as pulumi from "@pulumi/pulumi";
import type { ScrapeTarget } from "../observability/scrape-target.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network, PublishedPort, SecretMount } from "../orchestrator/specs.ts";
import {
  type Certificate,
  certificateFile,
  generatedCertificate,
} from "../security/generated-certificate.ts";
import { checkVersions } from "../security/secret-versions.ts";
import { type Backend, haproxyConfig } from "./haproxy-config.ts";
import { healthCheck } from "./haproxy-parts.ts";

/** The edge: one balancer on each node. */
export interface LoadBalancerArgs {
  orchestrator: Orchestrator;
  /** HAProxy image by digest. */
  image: pulumi.Input<string>;
  /** Networks on which it finds its backend. */
  networks: Network[];
  /** The service that it balances over. */
  backend: Backend;
  /** Port of every node for HTTP. @default 80 */
  httpPort?: number;
  /** Port of every node for HTTPS. @default 443 */
  httpsPort?: number;
  /** Where HTTPS gets its certificate. @default a generated, self-signed one */
  tls?: LoadBalancerTls;
  /** Port of every node for Prometheus' metrics. @default not published */
  metricsPort?: number;
  /** Hard limit in MiB. @default 128 */
  memoryLimitMiB?: number;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

/** Where HTTPS gets its certificate; one of one's own excludes `hostNames` and `version`. */
export interface LoadBalancerTls {
  /** Names and addresses that the generated certificate is made for. @default "localhost" */
  hostNames?: string[];
  /** A change of it makes a new generated certificate. @default "1" */
  version?: string;
  /** A certificate of one's own. @default generated */
  certificate?: Certificate;
  /** No HTTPS at all. @default false */
  disabled?: boolean;
}

const certificatePath = "/run/secrets/certificate.pem";
const containerPorts = { http: 8080, https: 8443, metrics: 8404 };

/**
 * HAProxy on every node, on the node's own ports: clients' addresses stay visible and any node's
 * address will do. Replicas are found by DNS, checked twice a second and taken out when they fail;
 * requests that change nothing are retried on another.
 *
 * @throws pulumi.InputPropertyError when two ports are the same, or a certificate is given together
 * with names to generate one for or a version of it.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** Resolves once every node's balancer serves. */
  readonly ready: pulumi.Output<pulumi.Resource>;
  /** What of it speaks Prometheus. */
  readonly scrapeTargets: ScrapeTarget[];

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(args);
    super("ha-store:index:LoadBalancer", name, {}, opts);
    const { orchestrator } = args;
    const secure = !args.tls?.disabled;
    const configFile = orchestrator.configFile(
      `${name}-config`,
      {
        content: haproxyConfig(
          {
            httpPort: containerPorts.http,
            https: secure ? { port: containerPorts.https, certificatePath } : undefined,
            metricsPort: containerPorts.metrics,
          },
          { ...args.backend, host: orchestrator.replicasHost(args.backend.dnsName) },
        ),
      },
      { parent: this },
    );
    const workload = orchestrator.daemon(
      name,
      {
        image: args.image,
        networks: args.networks,
        configFiles: [{ configFile, path: "/etc/haproxy/haproxy.cfg" }],
        secrets: secure ? [this.certificate(name, args)] : [],
        scratch: [{ path: "/run/haproxy" }],
        ports: publishedPorts(args, secure),
        healthCheck: healthCheck(containerPorts.metrics),
        resources: { memoryLimitMiB: args.memoryLimitMiB ?? 128, memoryReservationMiB: 32 },
        rolloutTimeoutSeconds: args.rolloutTimeoutSeconds,
      },
      { parent: this },
    );
    // One on each node, and each zone has one.
    const wanted = Math.max(orchestrator.zones.length, 1);
    this.scrapeTargets = [{ job: "edge", service: name, port: containerPorts.metrics, wanted }];
    this.ready = workload.ready;
    this.registerOutputs({});
  }

  private certificate(name: string, args: LoadBalancerArgs): SecretMount {
    const certificate =
      args.tls?.certificate ??
      generatedCertificate(
        `${name}-key`,
        args.tls?.hostNames ?? ["localhost"],
        this,
        args.tls?.version,
      );
    const secret = args.orchestrator.secret(
      `${name}-certificate`,
      { content: certificateFile(certificate) },
      { parent: this },
    );
    return { secret, path: certificatePath };
  }
}

function publishedPorts(args: LoadBalancerArgs, secure: boolean): PublishedPort[] {
  const ports: PublishedPort[] = [
    { target: containerPorts.http, published: args.httpPort ?? 80, http: {} },
  ];
  if (secure) ports.push({ target: containerPorts.https, published: args.httpsPort ?? 443 });
  if (args.metricsPort !== undefined) {
    ports.push({ target: containerPorts.metrics, published: args.metricsPort });
  }
  return ports;
}

function validate(args: LoadBalancerArgs): void {
  const published = publishedPorts(args, !args.tls?.disabled).map((port) => port.published);
  const twice = published.find((port, index) => published.indexOf(port) !== index);
  if (twice !== undefined) {
    throw new pulumi.InputPropertyError({
      propertyPath: args.metricsPort === twice ? "metricsPort" : "httpsPort",
      reason: `is ${twice}, which another port of the balancer is too: give each its own`,
    });
  }
  const { tls } = args;
  if (tls?.version !== undefined) checkVersions("tls.version", [tls.version]);
  const generated = (["hostNames", "version"] as const).find((name) => tls?.[name] !== undefined);
  if (tls?.certificate && generated) {
    throw new pulumi.InputPropertyError({
      propertyPath: `tls.${generated}`,
      reason: "is for a generated certificate, but tls.certificate is given: leave one of them out",
    });
  }
}
