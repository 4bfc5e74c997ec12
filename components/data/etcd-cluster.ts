import * as pulumi from "@pulumi/pulumi";
import type { ScrapeTarget } from "../observability/scrape-target.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network, Secret } from "../orchestrator/specs.ts";
import { certificateFile, generatedCertificate } from "../security/generated-certificate.ts";
import type { DataConnection } from "./connection.ts";
import { memberNames, membersInZones } from "./members.ts";

/** The store in which databases elect their primaries. */
export interface EtcdClusterArgs {
  orchestrator: Orchestrator;
  /** etcd image by digest. */
  image: pulumi.Input<string>;
  networks: Network[];
  /** How many members, each in a zone of its own; an odd number. @default 3, or 1 in fewer zones */
  members?: number;
  /** Hard limit of a member in MiB. @default 256 */
  memoryLimitMiB?: number;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

const clientPort = 2379;
const metricsPort = 2381;

/**
 * An etcd cluster with a volume for each member. Peers and clients know each other by certificates;
 * a member that comes back with an empty volume joins anew by itself.
 *
 * @throws pulumi.InputPropertyError when members can't each have a zone, or are an even number.
 */
export class EtcdCluster extends pulumi.ComponentResource {
  /** Resolves once every member belongs to the quorum. */
  readonly ready: pulumi.Output<pulumi.Resource[]>;
  /** What of it speaks Prometheus. */
  readonly scrapeTargets: ScrapeTarget[];
  private readonly hosts: string;
  private readonly authority: Secret;
  private readonly client: Secret;

  constructor(name: string, args: EtcdClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { zones } = args.orchestrator;
    const members = membersInZones(name, zones, args.members ?? (zones.length < 3 ? 1 : 3));
    if (members.length % 2 === 0) {
      throw new pulumi.InputPropertyError({
        propertyPath: "members",
        reason: `is ${members.length}: an even number survives no more losses than one less; give an odd one`,
      });
    }
    super("ha-store:index:EtcdCluster", name, {}, opts);
    const { orchestrator } = args;
    const parent = { parent: this };
    const server = generatedCertificate(`${name}-server-key`, [name, ...memberNames(name)], this);
    const client = generatedCertificate(`${name}-client-key`, [`${name}-client`], this);
    const secret = (part: string, content: pulumi.Input<string>) =>
      orchestrator.secret(`${name}-${part}`, { content }, parent);
    this.authority = secret("ca", server.certificate);
    this.client = secret("client", certificateFile(client));
    const pair = secret("server", certificateFile(server));
    const names = members.map((member) => member.name);
    const workloads = orchestrator.statefulSet(
      name,
      {
        image: args.image,
        networks: args.networks,
        members: members.map((member) => ({ ...member, environment: { MEMBER: member.name } })),
        volumePath: "/var/lib/etcd",
        environment: { MEMBERS: names.join(" ") },
        secrets: [
          { secret: pair, path: "/run/secrets/server.pem" },
          { secret: this.client, path: "/run/secrets/client.pem" },
        ],
        scratch: [{ path: "/tmp" }],
        healthCheck: {
          command: ["healthcheck"],
          intervalSeconds: 2,
          retries: 15,
          // Its own data, not the cluster's: without a quorum a member must be found all the same, or
          // there never would be one.
          ready: { port: metricsPort, path: "/health?serializable=true" },
          alive: { port: metricsPort },
        },
        resources: { memoryLimitMiB: args.memoryLimitMiB ?? 256, memoryReservationMiB: 64 },
        stopGracePeriodSeconds: 60,
        rolloutTimeoutSeconds: args.rolloutTimeoutSeconds,
      },
      parent,
    );
    this.hosts = names.map((member) => `${member}:${clientPort}`).join(",");
    this.scrapeTargets = [{ job: "etcd", service: name, port: metricsPort, members }];
    this.ready = pulumi.all(workloads.map((workload) => workload.ready));
    this.registerOutputs({ hosts: this.hosts });
  }

  /** What a client needs to reach the cluster. */
  connection(): DataConnection {
    return {
      environment: { ETCD_HOSTS: this.hosts },
      secrets: [
        { secret: this.authority, path: "/run/secrets/etcd-ca.pem" },
        { secret: this.client, path: "/run/secrets/etcd-client.pem" },
      ],
    };
  }
}
