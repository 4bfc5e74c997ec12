import type * as pulumi from "@pulumi/pulumi";
import type { ScrapeTarget } from "../observability/scrape-target.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Network, Workload } from "../orchestrator/specs.ts";
import { healthCheck } from "../serving/haproxy-parts.ts";
import { databaseRouterConfig, routerPorts } from "./database-router-config.ts";

/** HAProxy in front of a database cluster. */
export interface DatabaseRouterArgs {
  orchestrator: Orchestrator;
  /** HAProxy image by digest. */
  image: pulumi.Input<string>;
  networks: Network[];
  /** Names of the members that it routes to. */
  members: string[];
  rolloutTimeoutSeconds?: number;
}

/** One router in each zone, all under the cluster's name: clients never see a failover's names. */
export function databaseRouter(
  name: string,
  args: DatabaseRouterArgs,
  parent: pulumi.Resource,
): Workload {
  const { orchestrator } = args;
  const configFile = orchestrator.configFile(
    `${name}-router-config`,
    {
      content: databaseRouterConfig(
        args.members.map((member) => ({ name: member, host: orchestrator.memberHost(member) })),
      ),
    },
    { parent },
  );
  return orchestrator.replicatedService(
    name,
    {
      image: args.image,
      networks: args.networks,
      replicas: replicasIn(orchestrator),
      configFiles: [{ configFile, path: "/etc/haproxy/haproxy.cfg" }],
      scratch: [{ path: "/run/haproxy" }],
      healthCheck: healthCheck(routerPorts.metrics),
      resources: { memoryLimitMiB: 128, memoryReservationMiB: 32 },
      stopGracePeriodSeconds: 60,
      rolloutTimeoutSeconds: args.rolloutTimeoutSeconds,
    },
    { parent },
  );
}

/** The routers of a cluster, to be watched. */
export function routerTarget(name: string, orchestrator: Orchestrator): ScrapeTarget {
  const wanted = replicasIn(orchestrator);
  return { job: "router", service: name, port: routerPorts.metrics, wanted };
}

function replicasIn({ zones }: Orchestrator): number {
  return Math.max(zones.length, 1);
}
