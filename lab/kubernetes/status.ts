import { stateFolder } from "../host/layout.ts";
import type { NodeState } from "../host/node.ts";
import { existingNodes, refuseForeignLab } from "../host/presence.ts";
import { kubectl } from "./kubectl.ts";
import { kubeconfigFile, kubernetesLab, registryAddress } from "./layout.ts";
import { kubernetesNode } from "./node.ts";

/** One node as it is now. */
export interface KubernetesNodeStatus {
  number: number;
  name: string;
  address: string;
  /** The node's label `topology.kubernetes.io/zone` has the same value. */
  zone: string;
  state: NodeState;
  /** As the cluster sees it; undefined when its API server can't tell, or this user can't ask. */
  cluster?: {
    ready: boolean;
    /** Whether it takes new pods. */
    schedulable: boolean;
  };
}

/** The lab as it is now. */
export interface KubernetesStatus {
  stateFolder: string;
  /** The administrator's, for root. */
  kubeconfig: string;
  registry: string;
  nodes: KubernetesNodeStatus[];
}

/** Tells what the lab is like; undefined when there is none. Works without root. */
export async function kubernetesStatus(): Promise<KubernetesStatus | undefined> {
  await refuseForeignLab(kubernetesLab);
  const numbers = existingNodes(kubernetesLab);
  if (numbers.length === 0) return undefined;
  const members = await listMembers();
  return {
    stateFolder: stateFolder(kubernetesLab),
    kubeconfig: kubeconfigFile(),
    registry: registryAddress(),
    nodes: await Promise.all(
      numbers.map(async (number) => {
        const { name, address, zone, state } = kubernetesNode(number);
        const cluster = members?.get(name);
        return { number, name, address, zone, state: await state(), cluster };
      }),
    ),
  };
}

interface ApiNode {
  metadata: { name: string };
  spec: { unschedulable?: boolean };
  status: { conditions?: { type: string; status: string }[] };
}

/** The cluster's nodes by their names. */
async function listMembers() {
  const answer = await kubectl(["get", "nodes", "--output=json", "--request-timeout=3s"]).catch(
    () => undefined,
  );
  if (answer === undefined) return undefined;
  const { items } = JSON.parse(answer) as { items: ApiNode[] };
  return new Map(
    items.map(({ metadata, spec, status }) => {
      const condition = status.conditions?.find(({ type }) => type === "Ready");
      const cluster = { ready: condition?.status === "True", schedulable: !spec.unschedulable };
      return [metadata.name, cluster] as const;
    }),
  );
}
