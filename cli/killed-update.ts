import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type Dockerode from "dockerode";
import { engineApi } from "../components/orchestrator/swarm/engine-api.ts";
import { isAlive, orphanedProviders } from "./processes.ts";
import type { PulumiCli } from "./pulumi-cli.ts";
import { privateFolder } from "./workspace.ts";

/** What Pulumi writes into the lock of an operation on a file backend. */
interface Lock {
  pid: number;
  hostname: string;
}

/** A resource whose making was under way. */
interface PendingOperation {
  type: string;
  resource: { type: string; inputs?: { name?: string } };
}

/**
 * Puts right what an update left behind that was killed: its providers, its lock, where its process was on
 * this machine and is gone, and what it was just making. Pulumi does not know the latter, so on Swarm it would
 * make a second one, or fail because the name is taken.
 *
 * @param dockerHost - Of the Swarm; none on Kubernetes, where what is there already is taken over.
 */
export async function recoverFromKilledUpdate(
  pulumi: PulumiCli,
  stack: string,
  dockerHost?: string,
): Promise<void> {
  for (const { pid } of orphanedProviders(stack)) process.kill(pid, "SIGKILL");
  if (ownersOfLocks(stack).some(isGone)) {
    console.log("an operation on this stack was killed: its lock is taken away");
    await pulumi.read("cancel", "--yes", "--stack", stack);
  }
  const pending = await pendingCreations(pulumi, stack);
  if (pending.length === 0) return;
  console.log(`an update was killed while it made ${pending.length} resources: they are made anew`);
  if (dockerHost !== undefined) await removeFromSwarm(dockerHost, pending);
  await pulumi.operate("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
}

function ownersOfLocks(stack: string): Lock[] {
  const locks = join(privateFolder, "state", ".pulumi", "locks", "organization", "ha-store", stack);
  if (process.env.PULUMI_BACKEND_URL || !existsSync(locks)) return [];
  return readdirSync(locks)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(locks, file), "utf8")));
}

function isGone({ pid, hostname: host }: Lock): boolean {
  return host === hostname() && !isAlive(pid);
}

async function pendingCreations(
  pulumi: PulumiCli,
  stack: string,
): Promise<PendingOperation["resource"][]> {
  const { deployment } = JSON.parse(await pulumi.read("stack", "export", "--stack", stack));
  const pending: PendingOperation[] = deployment?.pending_operations ?? [];
  return pending.filter(({ type }) => type === "creating").map(({ resource }) => resource);
}

const find: Record<string, (api: Dockerode, name: string) => { remove(): Promise<unknown> }> = {
  "docker:index/service:Service": (api, name) => api.getService(name),
  "docker:index/network:Network": (api, name) => api.getNetwork(name),
  "docker:index/secret:Secret": (api, name) => api.getSecret(name),
  "docker:index/serviceConfig:ServiceConfig": (api, name) => api.getConfig(name),
};

async function removeFromSwarm(
  dockerHost: string,
  resources: PendingOperation["resource"][],
): Promise<void> {
  const api = await engineApi(dockerHost);
  for (const { type, inputs } of resources) {
    if (inputs?.name) await removeFromCluster(api, type, inputs.name);
  }
}

/** Volumes stay, and with them whatever a member of a database has. */
async function removeFromCluster(api: Dockerode, type: string, name: string): Promise<void> {
  await find[type]?.(api, name)
    .remove()
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404) throw error;
    });
}
