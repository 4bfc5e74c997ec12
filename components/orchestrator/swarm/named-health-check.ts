import type { HealthCheckSpec } from "../specs.ts";

// Only after two minutes, because a name comes with the first success; without a place for the mark,
// never.
const script = `"$@" || exit 1
mark=/tmp/healthy-since
[ -e $mark ] || touch $mark 2>/dev/null || exit 0
[ -z "$(find $mark -mmin +2)" ] || getent hosts "$0" >/dev/null || exit 1`;

/**
 * The health check of a member that others reach by a name. Swarm publishes the name when the
 * container is first found healthy, and has been seen to forget it where a node came back under load;
 * the member runs then, and nobody finds it. Such a one is unhealthy, so that it is replaced.
 */
export function namedHealthCheck(check: HealthCheckSpec, name: string): HealthCheckSpec {
  return { ...check, command: ["sh", "-c", script, name, ...check.command] };
}
