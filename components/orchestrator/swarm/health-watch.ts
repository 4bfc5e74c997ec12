import type { HealthCheckSpec } from "../specs.ts";

/**
 * After so many seconds one check of the engine ends well, and it starts the next one: a process from
 * outside costs a third of a second of a processor. Where containers are frozen, the engine notices it
 * no sooner.
 */
const watchSeconds = 150;

// `$0` is the member's name, or nothing. The mark tells the first success, which is reported at once.
const script = `every=$1 limit=$2 watch=$3 looks=0 mark=/dev/shm/was-healthy
shift 3
if [ ! -e $mark ]; then
  until timeout "$limit" "$@"; do
    looks=$((looks + 1))
    [ $looks -lt $((2 * every)) ] || exit 1
    sleep 0.5
  done
  touch $mark
  exit 0
fi
read -r began _ </proc/uptime
while { [ -z "$0" ] || getent hosts "$0" >/dev/null; } && timeout "$limit" "$@"; do
  read -r now _ </proc/uptime
  [ $((\${now%.*} - \${began%.*})) -lt "$watch" ] || exit 0
  sleep "$every"
done
sleep "$every"
exit 1`;

/**
 * The command by which an engine checks a container's health: a shell in the container looks again
 * and again. The engine would look as often by itself, but each look that comes from outside costs
 * a node as much as some requests do; and it would look at a container that starts no sooner than
 * after a whole interval.
 *
 * A member of a stateful set is also unhealthy when nobody finds it by its name. Swarm publishes the
 * name when the container is first found healthy, and has been seen to forget it where a node came
 * back under load; the member is replaced then.
 *
 * @param name of a member that others reach by it
 * @param seconds after which it ends where all is well
 */
export function healthWatch(check: HealthCheckSpec, name = "", seconds = watchSeconds): string[] {
  const { every, limit } = pace(check);
  const times = [every, limit, seconds].map(String);
  return ["sh", "-c", script, name, ...times, ...check.command];
}

/** Longest time that {@link healthWatch} takes, in seconds. */
export function longestWatch(check: HealthCheckSpec, seconds = watchSeconds): number {
  const { every, limit } = pace(check);
  return seconds + 2 * (every + limit);
}

function pace({ intervalSeconds = 5, timeoutSeconds = 5 }: HealthCheckSpec) {
  return { every: intervalSeconds, limit: timeoutSeconds };
}
