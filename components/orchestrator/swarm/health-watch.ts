import type { HealthCheckSpec } from "../specs.ts";

/**
 * After so many seconds one check of the engine ends well, and it starts the next one: a process from
 * outside costs a third of a second of a processor. Where containers are frozen, the engine notices it
 * no sooner.
 */
const watchSeconds = 150;

/** Failed watches that make a container unhealthy: one may be the engine's own failure to start it. */
const failedWatches = 2;

// `$0` is the member's name, or nothing. The mark tells the first success, which is reported at once.
const script = `every=$1 limit=$2 watch=$3 tries=$4 looks=0 failures=0 mark=/dev/shm/was-healthy
shift 4
if [ ! -e $mark ]; then
  until timeout "$limit" "$@"; do
    looks=$((looks + 1))
    [ $looks -lt $((2 * every * tries)) ] || exit 1
    sleep 0.5
  done
  touch $mark
  exit 0
fi
read -r began _ </proc/uptime
while
  if { [ -z "$0" ] || getent hosts "$0" >/dev/null; } && timeout "$limit" "$@"; then
    failures=0
  else
    failures=$((failures + 1))
  fi
  read -r now _ </proc/uptime
  [ $failures -gt 0 ] || [ $((\${now%.*} - \${began%.*})) -lt "$watch" ] || exit 0
  sleep "$every"
do
  [ $failures -lt "$tries" ] || exit 1
done`;

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
  const { every, limit, tries } = pace(check);
  const numbers = [every, limit, seconds, tries].map(String);
  return ["sh", "-c", script, name, ...numbers, ...check.command];
}

/** How many watches that fail, one after the other, make up the check's retries. */
export function watchRetries({ retries = 5 }: HealthCheckSpec): number {
  return Math.min(retries, failedWatches);
}

/** Longest time that {@link healthWatch} takes, in seconds. */
export function longestWatch(check: HealthCheckSpec, seconds = watchSeconds): number {
  const { every, limit, tries } = pace(check);
  return seconds + (tries + 1) * (every + limit);
}

function pace(check: HealthCheckSpec) {
  const { intervalSeconds: every = 5, timeoutSeconds: limit = 5, retries = 5 } = check;
  return { every, limit, tries: Math.ceil(retries / failedWatches) };
}
