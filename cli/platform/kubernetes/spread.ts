import type { V1Deployment } from "@kubernetes/client-node";
import {
  type ClusterApi,
  reasonOf,
} from "../../../components/orchestrator/kubernetes/cluster-api.ts";
import { readNodes } from "../../../components/orchestrator/kubernetes/cluster-facts.ts";
import { zoneLabel } from "../../../components/orchestrator/kubernetes/names.ts";
import { isReady, isStaying } from "../../../components/orchestrator/kubernetes/readiness.ts";
import type { SpreadWorkload } from "../spread.ts";
import type { KubernetesPlatform } from "./kubernetes-platform.ts";

/** Deployments of a stack that are spread over zones, and have replicas for it. */
export async function spreadDeployments(platform: KubernetesPlatform): Promise<SpreadWorkload[]> {
  const { api, namespace } = platform;
  const [deployments, autoscaled, nodes] = await briefly(
    Promise.all([platform.deployments(), platform.autoscaled(), readNodes(api)]),
  );
  const able = nodes.filter(({ ready }) => ready);
  const zoneOf = new Map(able.map(({ name, zone = "" }) => [name, zone]));
  return deployments.filter(isSpread).flatMap(({ metadata, spec }) => {
    const name = metadata?.name ?? "";
    const replicas = spec?.replicas ?? 1;
    // An autoscaler moves replicas by itself, and must not be worked against.
    if (replicas < 2 || autoscaled.has(name)) return [];
    return {
      name,
      replicas,
      domains: [...new Set(zoneOf.values())],
      places: async (count) => {
        const pods = (await platform.pods(name)).filter(isStaying);
        if (pods.length !== count || !pods.every(isReady)) return undefined;
        return pods.map(
          ({ spec: { nodeName = "" } = {} }) => zoneOf.get(nodeName) ?? `node ${nodeName}`,
        );
      },
      added: (count) => count,
      scale: (count) => briefly(scaleDeployment(api, namespace, name, count)),
    };
  });
}

/** Fails with the reason alone. */
async function briefly<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw new Error(`asked for nodes, pods or replicas of the cluster, ${reasonOf(error)}`);
  });
}

function isSpread({ spec }: V1Deployment): boolean {
  const constraints = spec?.template.spec?.topologySpreadConstraints ?? [];
  return constraints.some(({ topologyKey }) => topologyKey === zoneLabel);
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
