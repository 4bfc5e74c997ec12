import type { HealthCheckSpec } from "../orchestrator/specs.ts";

/**
 * Finds servers by the names that the orchestrator's own DNS has for them.
 *
 * @param often - How often each name is asked for, as in `500ms`.
 */
export function resolvers(often: string): string {
  return `resolvers cluster
  # The orchestrator's DNS, with room for the addresses of many replicas.
  parse-resolv-conf
  accepted_payload_size 8192
  resolve_retries 2
  timeout resolve ${often}
  timeout retry 500ms
  hold valid ${often}
  # A replica that left the DNS is gone; one that DNS does not answer for may still serve.
  hold obsolete 0s
  hold nx 5s
  hold other 30s
  hold refused 30s
  hold timeout 30s
`;
}

/** Metrics for Prometheus at `/metrics`, and `/healthz`. */
export function metrics(port: number): string {
  return `frontend metrics
  mode http
  bind :${port}
  option dontlog-normal
  http-request use-service prometheus-exporter if { path /metrics }
  http-request return status 200 content-type text/plain string "alive" if { path /healthz }
  http-request return status 404
`;
}

/** How a container is checked that has {@link metrics} at this port. */
export function healthCheck(port: number): HealthCheckSpec {
  return { command: ["healthcheck"], ready: { port, path: "/healthz" }, alive: { port } };
}
