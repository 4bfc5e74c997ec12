import type { types } from "@pulumi/kubernetes";
import type { HealthCheckSpec, PortCheckSpec } from "../specs.ts";

type Probe = types.input.core.v1.Probe;
type Probes = Pick<
  types.input.core.v1.Container,
  "startupProbe" | "readinessProbe" | "livenessProbe"
>;

/** A container that is restarted without need loses more than one that is restarted a minute late. */
const aliveCheck = { periodSeconds: 10, failureThreshold: 6 };

/**
 * Three questions: has it started, may it take traffic, would a restart help? The command answers the
 * first, and the second where the kubelet can't ask for itself. What it depends on, such as a database
 * that fails over, must not have it restarted, so the third is asked only where the container has an
 * answer of its own.
 */
export function probes(check: HealthCheckSpec | undefined): Probes {
  if (!check) return {};
  const { intervalSeconds = 5, timeoutSeconds = 5, retries = 5, startPeriodSeconds = 60 } = check;
  const how = { periodSeconds: intervalSeconds, timeoutSeconds };
  const command: Probe = { exec: { command: check.command }, ...how };
  const starting = Math.ceil(startPeriodSeconds / intervalSeconds);
  return {
    startupProbe: { ...command, failureThreshold: starting + retries },
    readinessProbe: {
      ...(check.ready ? { ...portProbe(check.ready), ...how } : command),
      failureThreshold: retries,
    },
    ...(check.alive
      ? { livenessProbe: { ...portProbe(check.alive), ...aliveCheck, timeoutSeconds } }
      : {}),
  };
}

function portProbe({ port, path }: PortCheckSpec): Probe {
  return path === undefined ? { tcpSocket: { port } } : { httpGet: { port, path } };
}
