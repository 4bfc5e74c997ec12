import { randomBytes } from "node:crypto";
import type Dockerode from "dockerode";
import { engineApi } from "../../../components/orchestrator/swarm/engine-api.ts";
import type { ClusterCommand } from "../platform.ts";
import { JobOutput } from "./job-output.ts";
import { endedStates, findService, type ServiceEntry } from "./services.ts";

/** Label on a job: the service that it was made after. */
const jobLabel = "ha-store.job";
const pollMilliseconds = 250;
const startPatienceMilliseconds = 120_000;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Each of those that run at the same time listens for the end of this process. */
process.setMaxListeners(64);

interface JobTask {
  ID: string;
  NodeID?: string;
  Status: {
    State: string;
    Timestamp: string;
    Message?: string;
    Err?: string;
    ContainerStatus?: { ExitCode?: number };
  };
}

/**
 * Runs a command inside a Swarm as a one-off job made after a service, of which it gets no port, nor its
 * names. Nothing of it stays, also when this process is interrupted.
 *
 * @param dockerHost - A manager's engine.
 * @returns the command's exit code
 * @throws Error when the service does not exist, when no node can start the command within two
 * minutes, when its node is lost, or when this process is told to end.
 */
export async function runClusterJob(dockerHost: string, job: ClusterCommand): Promise<number> {
  const api = await engineApi(dockerHost);
  const service = await findService(api, job.service);
  await removeLeftovers(api);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const signal of signals) process.on(signal, interrupt);
  try {
    const { id } = await api.createService(await jobSpec(api, service, job));
    try {
      return await follow(api, id, job, interruption.signal);
    } finally {
      await api.getService(id).remove();
    }
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

async function follow(
  api: Dockerode,
  id: string,
  job: ClusterCommand,
  interruption: AbortSignal,
): Promise<number> {
  const output = new JobOutput(api, id, job.onOutput);
  output.start();
  try {
    const { Status: status } = await untilEnded(api, id, job, interruption);
    const exitCode = status.ContainerStatus?.ExitCode;
    if (!hasRun(status) || exitCode === undefined) {
      const reason = status.Err ?? status.Message ?? "no reason given";
      throw new Error(`${describe(job)} was ${status.State} by the cluster: ${reason}`);
    }
    await output.finish();
    return exitCode;
  } finally {
    output.stop();
  }
}

/** A program that could not be started also has an exit code, 127, as if a shell had said so. */
function hasRun({ State, Err }: JobTask["Status"]): boolean {
  return (
    State === "complete" || (State === "failed" && !Err?.includes("starting container failed"))
  );
}

async function untilEnded(
  api: Dockerode,
  id: string,
  job: ClusterCommand,
  interruption: AbortSignal,
): Promise<JobTask> {
  const startBefore = Date.now() + startPatienceMilliseconds;
  for (;;) {
    if (interruption.aborted) throw new Error(`${describe(job)} was interrupted and is stopped`);
    const [task] = (await api.listTasks({ filters: { service: [id] } })) as JobTask[];
    if (task && endedStates.includes(task.Status.State)) return task;
    if (task?.NodeID) await refuseLostNode(api, task.NodeID, job);
    if (task?.Status.State !== "running" && Date.now() > startBefore) {
      const reason = task?.Status.Err ?? task?.Status.Message ?? "no manager planned it";
      throw new Error(`${describe(job)} did not start within two minutes: ${reason}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

async function refuseLostNode(api: Dockerode, nodeId: string, job: ClusterCommand): Promise<void> {
  const node: { Description: { Hostname: string }; Status: { State: string } } = await api
    .getNode(nodeId)
    .inspect();
  if (node.Status.State !== "down") return;
  throw new Error(`${describe(job)} is lost with its node ${node.Description.Hostname}: try again`);
}

async function jobSpec(
  api: Dockerode,
  { Spec: { Name: name, TaskTemplate: template } }: ServiceEntry,
  { command, environment = {}, volumes = false, node }: ClusterCommand,
): Promise<Dockerode.CreateServiceOptions> {
  const {
    Healthcheck,
    Hostname,
    Command,
    Args,
    Mounts = [],
    Env = [],
    ...container
  } = {
    ...template.ContainerSpec,
  };
  const added = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  const job = {
    // A service's name ends at 63 characters.
    Name: `${name.slice(0, 50)}-job-${randomBytes(4).toString("hex")}`,
    Labels: { [jobLabel]: name },
    // Not one of Swarm's jobs: a manager that has led before starts those several times over.
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: "dnsrr" },
    TaskTemplate: {
      ContainerSpec: {
        ...container,
        Command: command,
        Env: [...Env, ...added],
        Mounts: Mounts.filter(({ Type }) => volumes || Type === "tmpfs"),
        Healthcheck: { Test: ["NONE"] },
      },
      // Without the aliases: nobody should find the job by the service's name.
      Networks: template.Networks?.map(({ Target }) => ({ Target })),
      RestartPolicy: { Condition: "none" },
      Placement: {
        Platforms: template.Placement?.Platforms,
        Constraints: [
          ...(volumes ? (template.Placement?.Constraints ?? []) : []),
          ...(node ? [`node.id==${node}`] : await placementConstraints(api, name)),
        ],
      },
      Resources: { Limits: template.Resources?.Limits },
      LogDriver: template.LogDriver,
    },
  };
  // The type of the client's library knows too few fields.
  return job as unknown as Dockerode.CreateServiceOptions;
}

/** Where the service runs its image is present: the credentials to pull it can't be had here. */
async function placementConstraints(api: Dockerode, service: string): Promise<string[]> {
  const tasks = (await api.listTasks({ filters: { service: [service] } })) as JobTask[];
  const nodes: { ID: string; Status: { State: string }; Spec: { Availability: string } }[] =
    await api.listNodes();
  const usable = new Set(
    nodes
      .filter(({ Status, Spec }) => Status.State === "ready" && Spec.Availability === "active")
      .map(({ ID }) => ID),
  );
  const candidates = tasks.filter(({ NodeID }) => NodeID && usable.has(NodeID));
  const task = candidates.find(({ Status }) => Status.State === "running") ?? candidates[0];
  return task ? [`node.id==${task.NodeID}`] : [];
}

/** Jobs that ended a while ago were left by commands that were killed. */
async function removeLeftovers(api: Dockerode): Promise<void> {
  const jobs = await api.listServices({ filters: { label: [jobLabel] } });
  for (const { ID } of jobs) {
    const tasks = (await api.listTasks({ filters: { service: [ID ?? ""] } })) as JobTask[];
    const stale = tasks.every(
      ({ Status }) =>
        endedStates.includes(Status.State) && Date.parse(Status.Timestamp) < Date.now() - 60_000,
    );
    if (tasks.length > 0 && stale) await api.getService(ID ?? "").remove();
  }
}

function describe({ command, service }: ClusterCommand): string {
  return `the job \`${command[0]}\` after the service ${service}`;
}
