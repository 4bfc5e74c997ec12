import { run } from "../../lab/host/command.ts";

/** What serves runs on one core and what asks on another, so that neither takes the other's time. */
export const cores = { servers: 0, clients: 1 };

/** From now on this process, and what it starts, runs on that core. */
export async function moveTo(core: number): Promise<void> {
  await run("taskset", "--all-tasks", "--cpu-list", "--pid", String(core), String(process.pid));
}

/** Does work whose processes stay on the servers' core. */
export async function onServersCore<T>(work: () => Promise<T>): Promise<T> {
  await moveTo(cores.servers);
  try {
    return await work();
  } finally {
    await moveTo(cores.clients);
  }
}
