import { setTimeout } from "node:timers/promises";
import type Dockerode from "dockerode";
import { stackServices } from "../cluster-services.ts";

/** Longer than any replica may take to end. A task on a node that is lost ends only with its return. */
const patienceMilliseconds = 70_000;
const pollMilliseconds = 250;

interface Task {
  DesiredState: string;
  Status: { State: string };
}

/**
 * Waits until replicas that were replaced have ended: they serve on for a while, and know nothing of
 * what was brought up after them.
 */
export async function untilDrained(api: Dockerode, stack: string): Promise<void> {
  const services = await stackServices(api, stack);
  const filters = { service: services.map(({ physicalName }) => physicalName) };
  const deadline = Date.now() + patienceMilliseconds;
  while (Date.now() < deadline) {
    const tasks = (await api.listTasks({ filters })) as Task[];
    const leaving = tasks.filter(
      ({ DesiredState, Status }) => DesiredState === "shutdown" && Status.State === "running",
    );
    if (leaving.length === 0) return;
    await setTimeout(pollMilliseconds);
  }
}
