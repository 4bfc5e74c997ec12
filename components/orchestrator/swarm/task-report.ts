import type Dockerode from "dockerode";
import { takeFrames } from "./log-frames.ts";

/** What the Engine API says of a task; only the fields that are read here. */
export interface Task {
  ID: string;
  ServiceID: string;
  NodeID?: string;
  Slot?: number;
  CreatedAt: string;
  DesiredState: string;
  Spec: Record<string, unknown>;
  Status: {
    State: string;
    Timestamp: string;
    Message?: string;
    Err?: string;
    ContainerStatus?: { PID?: number };
  };
}

/** `complete` is the end of a task by itself, be it without an error: a service is to go on. */
const failedStates = ["failed", "rejected", "orphaned", "complete"];

/** Whether the task ended in a way that nobody asked for. */
export function hasFailed(task: Task): boolean {
  return failedStates.includes(task.Status.State);
}

/** The newest of the tasks. */
export function newest(tasks: Task[]): Task | undefined {
  return tasks.toSorted((a, b) => b.CreatedAt.localeCompare(a.CreatedAt))[0];
}

/** Says which task is meant, where it ran, what became of it, and its last words. */
export async function describeTask(api: Dockerode, service: string, task: Task): Promise<string> {
  const where = task.NodeID ? ` on node ${await nodeName(api, task.NodeID)}` : "";
  const reason = task.Status.Err ?? task.Status.Message ?? "no reason given";
  const log = await lastLogLines(api, task.ID);
  return [
    `task ${service}.${task.Slot ?? task.NodeID ?? "?"} (${task.ID})${where} is ${task.Status.State}: ${reason}`,
    log.length > 0 ? "its last log lines:" : "it logged nothing",
    ...log.map((line) => `  ${line}`),
  ].join("\n");
}

async function nodeName(api: Dockerode, id: string): Promise<string> {
  try {
    const node: { Description: { Hostname: string } } = await api.getNode(id).inspect();
    return node.Description.Hostname;
  } catch {
    return id;
  }
}

/** The tail of the task's log; nothing where its node does not answer in time. */
async function lastLogLines(api: Dockerode, id: string, lines = 15): Promise<string[]> {
  const raw = await new Promise<Buffer>((resolve) => {
    const abort = AbortSignal.timeout(3_000);
    abort.addEventListener("abort", () => resolve(Buffer.alloc(0)));
    api.modem.dial(
      {
        // The client takes the `?` off again where no options follow.
        path: `/tasks/${id}/logs?`,
        method: "GET",
        isStream: false,
        abortSignal: abort,
        statusCodes: { 200: true },
        options: { stdout: true, stderr: true, tail: lines },
      },
      (error: Error | null, body: unknown) => resolve(error ? Buffer.alloc(0) : toBuffer(body)),
    );
  });
  return Buffer.concat(takeFrames(raw).frames.map(({ content }) => content))
    .toString("utf8")
    .split("\n")
    .filter((line) => line.length > 0);
}

function toBuffer(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(String(body), "latin1");
}
