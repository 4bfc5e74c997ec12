import type { types } from "@pulumi/kubernetes";
import type { AliveCheckSpec, HealthCheckSpec } from "../specs.ts";

type Probe = types.input.core.v1.Probe;
type Probes = Pick<
  types.input.core.v1.Container,
  "startupProbe" | "readinessProbe" | "livenessProbe"
>;

/** A container that is restarted without need loses more than one that is restarted a minute late. */
const aliveCheck = { periodSeconds: 10, failureThreshold: 6 };

/**
 * Three questions: has it started, may it take traffic, would a restart help? The command answers the
 * first two. What it depends on, such as a database that fails over, must not have it restarted, so
 * the third is asked only where the container has an answer of its own.
 */
export function probes(check: HealthCheckSpec | undefined): Probes {
  if (!check) return {};
  const { intervalSeconds = 5, timeoutSeconds = 5, retries = 5, startPeriodSeconds = 60 } = check;
  const asked: Probe = {
    exec: { command: check.command },
    periodSeconds: intervalSeconds,
    timeoutSeconds,
  };
  const starting = Math.ceil(startPeriodSeconds / intervalSeconds);
  return {
    startupProbe: { ...asked, failureThreshold: starting + retries },
    readinessProbe: { ...asked, failureThreshold: retries },
    ...(check.alive
      ? { livenessProbe: { ...alive(check.alive), ...aliveCheck, timeoutSeconds } }
      : {}),
  };
}

function alive({ port, path }: AliveCheckSpec): Probe {
  return path === undefined ? { tcpSocket: { port } } : { httpGet: { port, path } };
}
