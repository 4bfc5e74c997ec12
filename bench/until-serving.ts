import { engineApi } from "../components/orchestrator/swarm/engine-api.ts";
import { stackLabel } from "../components/orchestrator/swarm/names.ts";

/** When a stack counts as up: the same whoever brought it up. */
export interface Serving {
  dockerHost: string;
  /** Value of the label that the stack's services have. */
  stack: string;
  /** How many services it has. */
  services: number;
  /** Has to answer with 200. @default nothing is asked */
  address?: string;
}

interface Service {
  ServiceStatus?: { RunningTasks: number; DesiredTasks: number };
}

const pollMilliseconds = 100;
const patienceMilliseconds = 900_000;

/**
 * Waits until every task of every service runs, which Swarm says of a task with a health check only
 * once it is healthy, and the address answers.
 *
 * @throws Error that tells what is missing after 15 minutes.
 */
export async function waitUntilServing(serving: Serving): Promise<void> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    const missing = await whatIsMissing(serving);
    if (!missing) return;
    if (Date.now() > deadline) throw new Error(`not serving after 15 minutes: ${missing}`);
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

async function whatIsMissing(serving: Serving): Promise<string | undefined> {
  const api = await engineApi(serving.dockerHost);
  const options = { filters: { label: [`${stackLabel}=${serving.stack}`] }, status: true };
  const services = (await api.listServices(options)) as Service[];
  const up = services.filter(({ ServiceStatus: status }) => {
    const { RunningTasks: running = 0, DesiredTasks: desired = 0 } = status ?? {};
    return desired > 0 && running === desired;
  });
  if (up.length < serving.services) return `${up.length} of ${serving.services} services are up`;
  if (!serving.address || (await answers(serving.address))) return undefined;
  return `${serving.address} does not answer with 200`;
}

/** Whether an address answers with 200. */
export async function answers(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Waits until the stack has so few containers left, running or not. */
export async function waitUntilGone(
  dockerHost: string,
  stack: string,
  containers = 0,
): Promise<void> {
  const api = await engineApi(dockerHost);
  const filters = { label: [`${stackLabel}=${stack}`] };
  while ((await api.listContainers({ all: true, filters })).length > containers) {
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}
