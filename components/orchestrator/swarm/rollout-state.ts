import { isDeepStrictEqual } from "node:util";
import type Dockerode from "dockerode";
import { specificationLabel } from "./names.ts";
import { canTake, type Node } from "./placement.ts";
import { hasFailed, type Task } from "./task-report.ts";

/** What the Engine API says of a service; only the fields that are read here. */
export interface Service {
  ID: string;
  UpdatedAt: string;
  Spec: {
    Name: string;
    Labels?: Record<string, string>;
    TaskTemplate: Record<string, unknown> & { Placement?: { Constraints?: string[] } };
    Mode: { Replicated?: { Replicas: number }; Global?: object };
  };
  UpdateStatus?: { State: string; Message: string };
}

/** How far a roll-out is. */
export interface RolloutState {
  outcome: "serving" | "failed" | "waiting";
  message: string;
  /** Tasks of the roll-out that failed. */
  failures: Task[];
}

/** What helps where the cluster is not as the state says. */
export const refreshHint = "`pulumi up --refresh` reads what is there first";

/** So many failed tasks of a new service, and waiting longer is of no use. */
const hopelessFailures = 4;

/**
 * Looks at a service once.
 *
 * @param specification - What its label has to say for it to be the wanted version.
 * @param applied - Whether it has to be that by now.
 * @param earlier - Tasks that had failed before: on a node that was lost and came back, they say nothing.
 * None at the first look: what has failed by then did so before.
 */
export async function rolloutState(
  api: Dockerode,
  service: Service,
  specification: string,
  applied: boolean,
  earlier: ReadonlySet<string> | undefined,
): Promise<RolloutState> {
  const tasks = await tasksOf(api, service);
  const update = service.UpdateStatus?.State ?? "";
  if (!isWanted(service, specification)) {
    if (!applied) return { outcome: "waiting", message: "not updated yet", failures: [] };
    const failures = update.startsWith("rollback") ? tasks.filter(hasFailed) : [];
    return { ...notWanted(update), failures };
  }
  const current = tasks.filter((task) => runsLatest(task, service));
  // A service that only gets more replicas keeps its specification, and its failures of long ago.
  const changed = Date.parse(service.UpdatedAt);
  const failures = current.filter(
    (task) => hasFailed(task) && Date.parse(task.CreatedAt) >= changed,
  );
  if (update === "paused" || update === "rollback_paused") {
    const message = `Swarm paused it: ${service.UpdateStatus?.Message}`;
    return { outcome: "failed", message, failures };
  }
  const wanted = await wantedTasks(api, service);
  const running = current.filter(isRunning).length;
  const others = tasks.filter((task) => task.DesiredState === "running" && !current.includes(task));
  const moving = update === "updating" || update === "rollback_started";
  if (running === wanted && others.length === 0 && !moving) {
    return { outcome: "serving", message: "", failures };
  }
  const recent = earlier ? failures.filter(({ ID }) => !earlier.has(ID)) : [];
  if (!moving && recent.length >= hopelessFailures) {
    return { outcome: "failed", message: `its tasks failed ${recent.length} times`, failures };
  }
  return { outcome: "waiting", message: progress(running, wanted, current, failures), failures };
}

/** Whether the service was made of this specification. */
export function isWanted(service: Service, specification: string): boolean {
  return service.Spec.Labels?.[specificationLabel] === specification;
}

/** The service has another specification than the one that was asked for. */
function notWanted(update: string): Pick<RolloutState, "outcome" | "message"> {
  if (update === "rollback_started") {
    return { outcome: "waiting", message: "failed; Swarm is going back to the previous version" };
  }
  return {
    outcome: "failed",
    message: update.startsWith("rollback")
      ? "Swarm went back to the previous version"
      : `it is not what Pulumi takes it for; ${refreshHint}`,
  };
}

function progress(running: number, wanted: number, current: Task[], failures: Task[]): string {
  const waiting = current.find((task) => task.Status.State === "pending" && task.Status.Err);
  const hint = waiting?.Status.Err ? ` (${waiting.Status.Err})` : "";
  const failed = failures.length > 0 ? `, ${failures.length} failed` : "";
  return `${running} of ${wanted} healthy${failed}${hint}`;
}

/**
 * Whether the task was made of the service's newest specification. Placement alone does not make
 * Swarm replace a task, and the runtime is not repeated in tasks.
 */
function runsLatest(task: Task, service: Service): boolean {
  const essence = ({ Placement, Runtime, ...spec }: Record<string, unknown>) => spec;
  return isDeepStrictEqual(essence(task.Spec), essence(service.Spec.TaskTemplate));
}

/** Swarm calls a task running for a moment that has just ended with code 0: it has no process then. */
function isRunning({ DesiredState, Status }: Task): boolean {
  const alive = (Status.ContainerStatus?.PID ?? 0) > 0;
  return DesiredState === "running" && Status.State === "running" && alive;
}

/** All tasks of a service that Swarm still remembers. */
export async function tasksOf(api: Dockerode, service: Service): Promise<Task[]> {
  return (await api.listTasks({ filters: { service: [service.ID] } })) as Task[];
}

/** How many tasks there should be: a global service has one on each node that may take it. */
async function wantedTasks(api: Dockerode, service: Service): Promise<number> {
  if (service.Spec.Mode.Replicated) return service.Spec.Mode.Replicated.Replicas;
  const constraints = service.Spec.TaskTemplate.Placement?.Constraints ?? [];
  const nodes = (await api.listNodes()) as Node[];
  return nodes.filter((node) => canTake(node, constraints)).length;
}
