import type Dockerode from "dockerode";
import { endedStates, findService } from "./services.ts";

const pollMilliseconds = 250;

interface Task {
  NodeID?: string;
  DesiredState: string;
  Status: { State: string };
}

interface ScalableService {
  Version: { Index: number };
  Spec: { Mode: { Replicated?: { Replicas?: number } } };
}

/** Gives a service so many replicas, as `docker service scale`: everything else stays as it is. */
export async function scaleService(api: Dockerode, name: string, replicas: number): Promise<void> {
  const service = api.getService((await findService(api, name)).ID);
  const { Version, Spec }: ScalableService = await service.inspect();
  if (Spec.Mode.Replicated?.Replicas === replicas) return;
  await service.update({
    _query: { version: Version.Index },
    _body: { ...Spec, Mode: { Replicated: { Replicas: replicas } } },
  });
}

/** Stops a service and waits until nothing of it runs. A task on a node that is lost counts not. */
export async function stopService(api: Dockerode, name: string): Promise<void> {
  await scaleService(api, name, 0);
  for (;;) {
    const lost = await lostNodes(api);
    const tasks = await tasksOf(api, name);
    const left = tasks.filter(
      ({ NodeID, Status }) => !endedStates.includes(Status.State) && !lost.has(NodeID ?? ""),
    );
    if (left.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

/** The node on which a service runs, if it does on one that answers. */
export async function nodeOf(api: Dockerode, name: string): Promise<string | undefined> {
  const lost = await lostNodes(api);
  const tasks = await tasksOf(api, name);
  const placed = tasks.filter(({ NodeID }) => NodeID && !lost.has(NodeID));
  return (placed.find(({ DesiredState }) => DesiredState === "running") ?? placed[0])?.NodeID;
}

/** How many tasks still run that are to end. */
export async function leavingTasks(api: Dockerode, names: string[]): Promise<number> {
  const tasks = (await api.listTasks({ filters: { service: names } })) as Task[];
  return tasks.filter(
    ({ DesiredState, Status }) => DesiredState === "shutdown" && Status.State === "running",
  ).length;
}

/** All tasks of a service that Swarm still remembers. */
export async function tasksOf(api: Dockerode, name: string): Promise<Task[]> {
  return (await api.listTasks({ filters: { service: [name] } })) as Task[];
}

async function lostNodes(api: Dockerode): Promise<Set<string>> {
  const nodes: { ID: string; Status: { State: string } }[] = await api.listNodes();
  return new Set(nodes.filter(({ Status }) => Status.State === "down").map(({ ID }) => ID));
}
