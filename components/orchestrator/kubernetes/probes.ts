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
 * A command is a new process in the container each time: after the start it is asked less often, and so
 * fewer times in a row.
 */
const commandRarity = 3;

/**
 * Three questions: has it started, may it take traffic, would a restart help? What it depends on, such as
 * a database that fails over or is not there yet, must not have it restarted: the first and the last are
 * asked of the container alone where it has an answer of its own. The command answers the first where it
 * has none, and the second where the kubelet can't ask for itself.
 */
export function probes(check: HealthCheckSpec | undefined): Probes {
  if (!check) return {};
  const { intervalSeconds = 5, timeoutSeconds = 5, retries = 5, startPeriodSeconds = 60 } = check;
  const how = { periodSeconds: intervalSeconds, timeoutSeconds };
  const command: Probe = { exec: { command: check.command }, ...how };
  const ready = check.ready
    ? { ...portProbe(check.ready), ...how, failureThreshold: retries }
    : {
        ...command,
        periodSeconds: commandRarity * intervalSeconds,
        failureThreshold: Math.ceil(retries / commandRarity),
      };
  const alive = check.alive && { ...portProbe(check.alive), timeoutSeconds };
  const starting = Math.ceil(startPeriodSeconds / intervalSeconds);
  return {
    startupProbe: {
      ...(alive ? { ...alive, ...how } : command),
      failureThreshold: starting + retries,
    },
    readinessProbe: ready,
    ...(alive ? { livenessProbe: { ...alive, ...aliveCheck } } : {}),
  };
}

function portProbe({ port, path }: PortCheckSpec): Probe {
  return path === undefined ? { tcpSocket: { port } } : { httpGet: { port, path } };
}
