import type Dockerode from "dockerode";
import { RolloutError } from "../rollout-error.ts";
import {
  isWanted,
  type RolloutState,
  refreshHint,
  rolloutState,
  type Service,
  tasksOf,
} from "./rollout-state.ts";
import { describeTask, newest, type Task } from "./task-report.ts";

/** Watches one roll-out to its end. */
export interface RolloutOptions {
  serviceName: string;
  /** What the service's label has to say for it to be the wanted version. */
  specification: string;
  /**
   * Whether the service has been made or updated by now. Until then it may be missing, or be the
   * previous version.
   */
  applied: () => boolean;
  /**
   * Whether the update has failed elsewhere, so that the service may never be made: the promise then
   * stays open, as what depends on it must not be made either.
   */
  abandoned?: () => boolean;
  timeoutSeconds: number;
  /** Told how far the roll-out is, whenever that changes. */
  progress: (message: string) => void;
  /** What a failed task of a service said that Swarm may have forgotten by now. */
  testimony?: (serviceId: string) => string | undefined;
}

const pollMilliseconds = 250;

/**
 * Waits until all tasks of the service run its wanted specification and are healthy, and any update
 * is complete. Swarm counts a task with a health check as running only once it is healthy.
 *
 * @throws RolloutError that names service, task, reason and the task's last log lines: when Swarm
 * rolled back or paused, when the tasks of a new service keep failing, when the service is not the
 * one that was asked for, or when time is up.
 */
export async function waitForRollout(api: Dockerode, options: RolloutOptions): Promise<void> {
  let deadline = Number.POSITIVE_INFINITY;
  let said = "";
  let changing = false;
  let earlier: ReadonlySet<string> | undefined;
  for (;;) {
    const applied = options.applied();
    const service = await findService(api, options.serviceName);
    const state = service
      ? await rolloutState(api, service, options.specification, applied, earlier)
      : missing(applied);
    earlier ??= new Set(state.failures.map(({ ID }) => ID));
    // A service that had the wanted specification from the start may still be mended by the provider.
    changing ||= !service || !isWanted(service, options.specification);
    if (state.outcome === "serving" && (applied || changing)) return;
    // What it depends on may take its own time: the clock starts when it has been made or updated.
    const begun = applied || (service && isWanted(service, options.specification));
    if (begun) deadline = Math.min(deadline, Date.now() + options.timeoutSeconds * 1000);
    if (!begun && options.abandoned?.()) return new Promise(() => {});
    const late = Date.now() > deadline;
    if (late || state.outcome === "failed") {
      const reason = `not complete after ${options.timeoutSeconds} s (${state.message})`;
      const why = state.outcome === "failed" ? state.message : reason;
      const culprit =
        service &&
        (options.testimony?.(service.ID) ?? (await describeCulprit(api, service, state.failures)));
      const detail = culprit ? `\n${culprit}` : "";
      throw new RolloutError(`roll-out of service ${options.serviceName} failed: ${why}${detail}`);
    }
    if (state.message !== said) options.progress(state.message);
    said = state.message;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

/** The service of that name, if there is one. */
export async function findService(api: Dockerode, name: string): Promise<Service | undefined> {
  return api
    .getService(name)
    .inspect()
    .catch((error: Error & { statusCode?: number }) => {
      if (error.statusCode === 404) return undefined;
      throw error;
    });
}

function missing(applied: boolean): RolloutState {
  return applied
    ? { outcome: "failed", message: `it is gone; ${refreshHint}`, failures: [] }
    : { outcome: "waiting", message: "not there yet", failures: [] };
}

/** The newest failed task, or else one that does not get to run. */
async function describeCulprit(
  api: Dockerode,
  service: Service,
  failures: Task[],
): Promise<string | undefined> {
  const culprit = newest(failures) ?? newest((await tasksOf(api, service)).filter(isStuck));
  return culprit && describeTask(api, service.Spec.Name, culprit);
}

function isStuck(task: Task): boolean {
  return task.DesiredState === "running" && task.Status.State !== "running";
}
