import { isDeepStrictEqual } from "node:util";
import type Dockerode from "dockerode";
import { describeTask, hasFailed, newest, type Task } from "./task-report.ts";

/** What the Engine API says of a service; only the fields that are read here. */
interface Service {
  ID: string;
  UpdatedAt: string;
  Spec: {
    Name: string;
    TaskTemplate: Record<string, unknown> & { Placement?: { Constraints?: string[] } };
    Mode: { Replicated?: { Replicas: number }; Global?: object };
  };
  UpdateStatus?: { State: string; Message: string };
}

interface Node {
  Spec: { Availability: string; Labels: Record<string, string>; Role: string };
  Status: { State: string };
  Description: { Hostname: string };
  ID: string;
}

/** Watches one roll-out to its end. */
export interface RolloutOptions {
  serviceId: string;
  timeoutSeconds: number;
  /** Told how far the roll-out is, whenever that changes. */
  progress: (message: string) => void;
}

/** A roll-out that did not end with the wanted version serving. */
export class RolloutError extends Error {}

/** So many failed tasks of a new service, and waiting longer is of no use. */
const hopelessFailures = 4;
const pollMilliseconds = 250;

/**
 * Waits until all tasks of the service run its newest specification and are healthy, and any update
 * is complete. Swarm counts a task with a health check as running only once it is healthy.
 *
 * @throws RolloutError that names service, task, reason and the task's last log lines: when Swarm
 * rolled back or paused, when the tasks of a new service keep failing, or when time is up.
 */
export async function waitForRollout(api: Dockerode, options: RolloutOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutSeconds * 1000;
  let said = "";
  for (;;) {
    const service: Service = await api.getService(options.serviceId).inspect();
    const state = await observe(api, service);
    if (state.outcome === "serving") return;
    if (state.outcome === "failed") throw await failure(api, service, state.message);
    if (Date.now() > deadline) {
      throw await failure(
        api,
        service,
        `not complete after ${options.timeoutSeconds} s (${state.message})`,
      );
    }
    if (state.message !== said) options.progress(state.message);
    said = state.message;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

interface Observation {
  outcome: "serving" | "failed" | "waiting";
  message: string;
}

async function observe(api: Dockerode, service: Service): Promise<Observation> {
  const update = service.UpdateStatus?.State;
  if (update === "paused" || update === "rollback_paused") {
    return { outcome: "failed", message: `Swarm paused it: ${service.UpdateStatus?.Message}` };
  }
  if (update === "rollback_completed") {
    return { outcome: "failed", message: "Swarm went back to the previous version" };
  }
  if (update === "rollback_started") {
    return { outcome: "waiting", message: "failed; Swarm is going back to the previous version" };
  }

  const tasks = await tasksOf(api, service);
  const wanted = await wantedTasks(api, service);
  const current = tasks.filter((task) => runsLatest(task, service));
  const running = current.filter(
    (task) => task.DesiredState === "running" && task.Status.State === "running",
  );
  const others = tasks.filter(
    (task) => task.DesiredState === "running" && !current.includes(task),
  ).length;
  const updating = update === "updating";
  if (running.length === wanted && others === 0 && !updating) {
    return { outcome: "serving", message: "" };
  }
  // A service that only gets more replicas keeps its specification, and its failures of long ago.
  const changed = Date.parse(service.UpdatedAt);
  const failed = current.filter(
    (task) => hasFailed(task) && Date.parse(task.CreatedAt) >= changed,
  ).length;
  if (!updating && failed >= hopelessFailures) {
    return { outcome: "failed", message: `its tasks failed ${failed} times` };
  }
  const waiting = current.find((task) => task.Status.State === "pending" && task.Status.Err);
  const hint = waiting?.Status.Err ? ` (${waiting.Status.Err})` : "";
  const failures = failed > 0 ? `, ${failed} failed` : "";
  return {
    outcome: "waiting",
    message: `${running.length} of ${wanted} healthy${failures}${hint}`,
  };
}

/**
 * Whether the task was made of the service's newest specification. Placement alone does not make
 * Swarm replace a task, and the runtime is not repeated in tasks.
 */
function runsLatest(task: Task, service: Service): boolean {
  const essence = ({ Placement, Runtime, ...spec }: Record<string, unknown>) => spec;
  return isDeepStrictEqual(essence(task.Spec), essence(service.Spec.TaskTemplate));
}

async function tasksOf(api: Dockerode, service: Service): Promise<Task[]> {
  return (await api.listTasks({ filters: { service: [service.ID] } })) as Task[];
}

/** How many tasks there should be: a global service has one on each node that may take it. */
async function wantedTasks(api: Dockerode, service: Service): Promise<number> {
  if (service.Spec.Mode.Replicated) return service.Spec.Mode.Replicated.Replicas;
  const constraints = service.Spec.TaskTemplate.Placement?.Constraints ?? [];
  const nodes = (await api.listNodes()) as Node[];
  return nodes.filter(
    (node) =>
      node.Spec.Availability === "active" &&
      node.Status.State === "ready" &&
      constraints.every((constraint) => satisfies(node, constraint)),
  ).length;
}

/** Whether the node meets a placement constraint such as `node.labels.zone==zone-1`. */
function satisfies(node: Node, constraint: string): boolean {
  const match = /^\s*(\S+?)\s*(==|!=)\s*(\S+)\s*$/.exec(constraint);
  if (!match) return true;
  const [, key = "", operator, value] = match;
  const facts: Record<string, string | undefined> = {
    "node.id": node.ID,
    "node.hostname": node.Description.Hostname,
    "node.role": node.Spec.Role,
  };
  const label = key.startsWith("node.labels.") ? node.Spec.Labels[key.slice(12)] : facts[key];
  return (label === value) === (operator === "==");
}

async function failure(api: Dockerode, service: Service, why: string): Promise<RolloutError> {
  const tasks = await tasksOf(api, service);
  const culprit = newest(tasks.filter(hasFailed)) ?? newest(tasks.filter(isStuck));
  const detail = culprit ? `\n${await describeTask(api, service.Spec.Name, culprit)}` : "";
  return new RolloutError(`roll-out of service ${service.Spec.Name} failed: ${why}${detail}`);
}

function isStuck(task: Task): boolean {
  return task.DesiredState === "running" && task.Status.State !== "running";
}
