import type Dockerode from "dockerode";
import { rolloutState, type Service, tasksOf } from "./rollout-state.ts";
import { describeTask, newest, type Task } from "./task-report.ts";

/** Watches one roll-out to its end. */
export interface RolloutOptions {
  serviceId: string;
  /** What the service's label has to say for it to be the wanted version. */
  specification: string;
  timeoutSeconds: number;
  /** Told how far the roll-out is, whenever that changes. */
  progress: (message: string) => void;
  /** What a failed task of the service said that Swarm may have forgotten by now. */
  testimony?: () => string | undefined;
}

/** A roll-out that did not end with the wanted version serving. */
export class RolloutError extends Error {}

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
  const deadline = Date.now() + options.timeoutSeconds * 1000;
  let said = "";
  for (;;) {
    const service: Service = await api.getService(options.serviceId).inspect();
    const state = await rolloutState(api, service, options.specification);
    if (state.outcome === "serving") return;
    const late = Date.now() > deadline;
    if (late || state.outcome === "failed") {
      const reason = `not complete after ${options.timeoutSeconds} s (${state.message})`;
      const why = state.outcome === "failed" ? state.message : reason;
      const culprit =
        options.testimony?.() ?? (await describeCulprit(api, service, state.failures));
      const detail = culprit ? `\n${culprit}` : "";
      throw new RolloutError(`roll-out of service ${service.Spec.Name} failed: ${why}${detail}`);
    }
    if (state.message !== said) options.progress(state.message);
    said = state.message;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
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
