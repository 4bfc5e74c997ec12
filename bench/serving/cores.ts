import { availableParallelism } from "node:os";
import { run } from "../../lab/host/command.ts";

/** What serves runs on one core and what asks on another, so that neither takes the other's time. */
const cores = { servers: 0, clients: 1 };

/** @throws Error on a machine with one core. */
export function requireCores(): void {
  if (availableParallelism() > Math.max(...Object.values(cores))) return;
  throw new Error("the benchmark needs two cores: one for what serves, one for what asks");
}

/** Starts something that is to stay on the servers' core; this process goes to the clients'. */
export async function onServersCore<T>(start: () => Promise<T>): Promise<T> {
  await moveTo(cores.servers);
  try {
    return await start();
  } finally {
    await moveTo(cores.clients);
  }
}

/** From now on this process, and what it starts, runs on that core. */
async function moveTo(core: number): Promise<void> {
  await run("taskset", "--all-tasks", "--cpu-list", "--pid", String(core), String(process.pid));
}
