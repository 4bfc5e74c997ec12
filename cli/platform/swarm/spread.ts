import type Dockerode from "dockerode";
import { autoscalingLabel } from "../../../components/orchestrator/swarm/names.ts";
import { canTake, type Node } from "../../../components/orchestrator/swarm/placement.ts";
import type { SpreadWorkload } from "../spread.ts";
import { scaleService, tasksOf } from "./scale.ts";
import { labelledServices, type ServiceEntry } from "./services.ts";

/** Services of a stack that are spread over the values of a label of nodes, and have replicas for it. */
export async function spreadServices(api: Dockerode, prefix: string): Promise<SpreadWorkload[]> {
  const services = await labelledServices(api, prefix);
  const nodes = (await api.listNodes()) as Node[];
  return services.flatMap(({ Spec }) => {
    const { Name, Labels, Mode, TaskTemplate } = Spec;
    const replicas = Mode.Replicated?.Replicas ?? 0;
    const label = spreadLabel(Spec);
    // An autoscaler moves replicas by itself, and must not be worked against.
    if (replicas < 2 || label === undefined || Labels?.[autoscalingLabel]) return [];
    const able = nodes.filter((node) => canTake(node, TaskTemplate.Placement?.Constraints ?? []));
    const domainOf = new Map(able.map((node) => [node.ID, node.Spec.Labels[label] ?? ""]));
    const domains = [...new Set(domainOf.values())];
    return {
      name: Name.slice(prefix.length + 1),
      replicas,
      domains,
      places: async (count) => {
        const ids = await nodesOfRunning(api, Name, count);
        return ids?.map((id) => domainOf.get(id) ?? `node ${id}`);
      },
      added: (count) => evenly(replicas + count, domains.length) - replicas,
      scale: (count) => scaleService(api, Name, count),
    };
  });
}

/**
 * The next number of replicas that is the same for each domain: what is left over Swarm gives to any
 * domain that has its share already, as likely as to one that has none.
 */
function evenly(replicas: number, domains: number): number {
  return Math.ceil(replicas / domains) * domains;
}

function spreadLabel({ TaskTemplate }: ServiceEntry["Spec"]): string | undefined {
  const descriptor = TaskTemplate.Placement?.Preferences?.[0]?.Spread?.SpreadDescriptor;
  return /^node\.labels\.(.+)$/.exec(descriptor ?? "")?.[1];
}

async function nodesOfRunning(
  api: Dockerode,
  service: string,
  count: number,
): Promise<string[] | undefined> {
  const tasks = await tasksOf(api, service);
  const wanted = tasks.filter(({ DesiredState }) => DesiredState === "running");
  const running = wanted.filter(({ Status }) => Status.State === "running");
  if (wanted.length !== count || running.length !== count) return undefined;
  return running.map(({ NodeID }) => NodeID ?? "");
}
