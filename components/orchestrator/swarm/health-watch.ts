import type { HealthCheckSpec } from "../specs.ts";

/** Looks until one check of the engine ends well; the engine starts the next one a second later. */
const looks = 12;

// `$0` is the member's name, or nothing. The mark tells the first success, which is reported at once.
const script = `every=$1 limit=$2 looks=0 mark=/dev/shm/was-healthy
shift 2
fail() { sleep "$every"; exit 1; }
if [ ! -e $mark ]; then
  until timeout "$limit" "$@"; do
    looks=$((looks + 1))
    [ $looks -lt $((2 * every)) ] || exit 1
    sleep 0.5
  done
  touch $mark
  exit 0
fi
[ -z "$0" ] || getent hosts "$0" >/dev/null || fail
while timeout "$limit" "$@"; do
  looks=$((looks + 1))
  [ $looks -lt ${looks} ] || exit 0
  sleep "$every"
done
fail`;

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
 */
export function healthWatch(check: HealthCheckSpec, name = ""): string[] {
  const { every, limit } = pace(check);
  return ["sh", "-c", script, name, String(every), String(limit), ...check.command];
}

/** Longest time that {@link healthWatch} takes, in seconds. */
export function longestWatch(check: HealthCheckSpec): number {
  const { every, limit } = pace(check);
  return (looks + 1) * (every + limit);
}

function pace({ intervalSeconds = 5, timeoutSeconds = 5 }: HealthCheckSpec) {
  return { every: intervalSeconds, limit: timeoutSeconds };
}
