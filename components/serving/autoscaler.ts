import * as pulumi from "@pulumi/pulumi";
import type { ScrapeTarget } from "../observability/scrape-target.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network } from "../orchestrator/specs.ts";
import { ServiceNetwork } from "../security/service-network.ts";
import { replicaIdentity } from "./replica-identity.ts";

/** What lets the replicas of autoscaled services follow their load. */
export interface AutoscalerArgs {
  orchestrator: Orchestrator;
  /** Image by digest. */
  image: pulumi.Input<string>;
  /** Networks on which it finds the replicas of the services that it scales. */
  networks: Network[];
  /** Seconds between two looks at the load. @default 15 */
  intervalSeconds?: number;
  /** Whether its own network is encrypted between nodes. @default true */
  encryptNetworks?: boolean;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

const port = 8080;
const socket = "/run/docker.sock";

/**
 * Scales every service of the stack that has `autoscaling`, for an orchestrator that can't by itself.
 * One part looks at the load and decides; it has no rights. Another, the _executor_, has the
 * orchestrator's socket, stands on a network with the first one alone, and does one thing: it gives a
 * service of this stack a number of replicas that lies within the service's own bounds.
 *
 * @throws pulumi.InputPropertyError when the orchestrator scales by itself, or the interval makes no
 * sense.
 */
export class Autoscaler extends pulumi.ComponentResource {
  /** Resolves once both parts serve. */
  readonly ready: pulumi.Output<pulumi.Resource[]>;
  /** What of it speaks Prometheus. */
  readonly scrapeTargets: ScrapeTarget[];

  constructor(name: string, args: AutoscalerArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(args);
    super("ha-store:index:Autoscaler", name, {}, opts);
    const { orchestrator, rolloutTimeoutSeconds } = args;
    const parent = { parent: this };
    const network = new ServiceNetwork(
      name,
      { orchestrator, encrypted: args.encryptNetworks, internal: true },
      parent,
    );
    const environment = {
      ...replicaIdentity(orchestrator, pulumi.output(args.image)),
      PORT: String(port),
      DRAIN_SECONDS: "0",
    };
    const common = {
      image: args.image,
      // Another one is started at once where it is lost, and the store serves meanwhile.
      replicas: 1,
      scratch: [{ path: "/tmp" }],
      healthCheck: { command: ["bash", "/app/healthcheck"] },
      resources: { memoryLimitMiB: 128, memoryReservationMiB: 48 },
      rolloutTimeoutSeconds,
    };
    const executor = orchestrator.replicatedService(
      `${name}-executor`,
      {
        ...common,
        command: ["/app/executor.mjs"],
        networks: [network],
        orchestratorSocket: socket,
        // The socket belongs to root, and to a group whose number is another on each machine. As
        // everywhere, it has no capability and nothing that it could write.
        user: "0:0",
        environment: { ...environment, NAMESPACE: orchestrator.namespace, DOCKER_SOCKET: socket },
      },
      parent,
    );
    const decider = orchestrator.replicatedService(
      name,
      {
        ...common,
        networks: [network, ...args.networks],
        environment: {
          ...environment,
          EXECUTOR_URL: `http://${executor.dnsName}:${port}`,
          INTERVAL_SECONDS: String(args.intervalSeconds ?? 15),
        },
      },
      parent,
    );
    this.scrapeTargets = [{ job: "service", service: name, port }];
    this.ready = pulumi.all([executor.ready, decider.ready]);
    this.registerOutputs({});
  }
}

function validate({ orchestrator, intervalSeconds }: AutoscalerArgs): void {
  const refuse = (propertyPath: string, reason: string) => {
    throw new pulumi.InputPropertyError({ propertyPath, reason });
  };
  if (orchestrator.kind !== "swarm") {
    refuse("orchestrator", `is ${orchestrator.kind}, which scales by itself: leave Autoscaler out`);
  }
  const seconds = intervalSeconds ?? 15;
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 300) {
    refuse("intervalSeconds", `is ${intervalSeconds}: give a whole number from 1 to 300`);
  }
}
