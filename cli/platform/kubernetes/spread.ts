import type { V1Deployment, V1Node } from "@kubernetes/client-node";
import {
  type ClusterApi,
  reasonOf,
} from "../../../components/orchestrator/kubernetes/cluster-api.ts";
import { nameLabel, zoneLabel } from "../../../components/orchestrator/kubernetes/names.ts";
import { isReady, isStaying } from "../../../components/orchestrator/kubernetes/readiness.ts";
import type { SpreadWorkload } from "../spread.ts";

/** Objects of a stack, as the API is asked for them. */
interface StackSelector {
  namespace: string;
  labelSelector: string;
}

/** Deployments of a stack that are spread over zones, and have replicas for it. */
export async function spreadDeployments(
  api: ClusterApi,
  ours: StackSelector,
): Promise<SpreadWorkload[]> {
  const [deployments, autoscalers, nodes] = await briefly(
    Promise.all([
      api.apps.listNamespacedDeployment(ours),
      api.autoscaling.listNamespacedHorizontalPodAutoscaler(ours),
      api.core.listNode(),
    ]),
  );
  const autoscaled = new Set(autoscalers.items.map(({ spec }) => spec?.scaleTargetRef.name));
  const zoneOf = new Map(nodes.items.filter(takesPods).map((node) => [nameOf(node), zone(node)]));
  return deployments.items.filter(isSpread).flatMap((deployment) => {
    const name = nameOf(deployment);
    const replicas = deployment.spec?.replicas ?? 1;
    // An autoscaler moves replicas by itself, and must not be worked against.
    if (replicas < 2 || autoscaled.has(name)) return [];
    return {
      name,
      replicas,
      domains: [...new Set(zoneOf.values())],
      places: async (count) => {
        const hosts = await nodesOfReady(api, ours, name, count);
        return hosts?.map((host) => zoneOf.get(host) ?? `node ${host}`);
      },
      added: (count) => count,
      scale: (count) => briefly(scaleDeployment(api, ours.namespace, name, count)),
    };
  });
}

/** Fails with the reason alone. */
async function briefly<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw new Error(`asked for nodes, pods or replicas of the cluster, ${reasonOf(error)}`);
  });
}

const nameOf = ({ metadata }: V1Deployment | V1Node): string => metadata?.name ?? "";

const zone = ({ metadata }: V1Node): string => metadata?.labels?.[zoneLabel] ?? "";

const takesPods = (node: V1Node): boolean => isReady(node) && node.spec?.unschedulable !== true;

function isSpread({ spec }: V1Deployment): boolean {
  const constraints = spec?.template.spec?.topologySpreadConstraints ?? [];
  return constraints.some(({ topologyKey }) => topologyKey === zoneLabel);
}

async function nodesOfReady(
  api: ClusterApi,
  { namespace, labelSelector }: StackSelector,
  name: string,
  count: number,
): Promise<string[] | undefined> {
  const selector = `${labelSelector},${nameLabel}=${name}`;
  const { items } = await api.core.listNamespacedPod({ namespace, labelSelector: selector });
  const wanted = items.filter(isStaying);
  if (wanted.length !== count || !wanted.every(isReady)) return undefined;
  return wanted.map(({ spec }) => spec?.nodeName ?? "");
}

/** Where all is as before but the number, the pods of the node that has most of them go first. */
async function scaleDeployment(
  api: ClusterApi,
  namespace: string,
  name: string,
  replicas: number,
): Promise<void> {
  const body = await api.apps.readNamespacedDeployment({ name, namespace });
  if (!body.spec || body.spec.replicas === replicas) return;
  body.spec.replicas = replicas;
  await api.apps.replaceNamespacedDeployment({ name, namespace, body });
}
