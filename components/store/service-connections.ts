import * as pulumi from "@pulumi/pulumi";
import type { DataConnection } from "../data/connection.ts";
import type { ScrapeTarget } from "../observability/scrape-target.ts";
import type { AutoscalingSpec, SecretMount } from "../orchestrator/specs.ts";
import type { ReplicatedService } from "../serving/replicated-service.ts";

/** Port of each service, which all containers have of their own. */
export const servicePort = 8080;
export const serviceTokenPath = "/run/secrets/service-tokens";

/** What a service gets from something that it uses. */
export type Connection = Partial<DataConnection>;

/** What a service gets from all that it uses, and the tokens by which services know each other. */
export function connect(uses: Connection[], token: SecretMount): DataConnection {
  const awaited = uses.flatMap(({ rollOutAfter }) => rollOutAfter ?? []);
  return {
    environment: Object.assign(
      { PORT: String(servicePort), SERVICE_TOKEN_FILE: serviceTokenPath },
      ...uses.map((use) => use.environment),
    ),
    secrets: [token, ...uses.flatMap((use) => use.secrets ?? [])],
    rollOutAfter: awaited.length > 0 ? pulumi.all(awaited) : undefined,
  };
}

/** Where the others find a service. */
export function url(service: ReplicatedService): string {
  return `http://${service.dnsName}:${servicePort}`;
}

/** A service, to be watched. */
export function serviceTarget(
  service: string,
  replicas: number,
  autoscaling: AutoscalingSpec | undefined,
): ScrapeTarget {
  const target = { job: "service", service, port: servicePort } as const;
  if (!autoscaling) return { ...target, wanted: replicas };
  return { ...target, wanted: autoscaling.minReplicas, autoscaled: true };
}
