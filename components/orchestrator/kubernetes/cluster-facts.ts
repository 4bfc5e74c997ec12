import { type ClusterAccess, type ClusterApi, clusterApi, found, reasonOf } from "./cluster-api.ts";
import { zoneLabel } from "./names.ts";
import { isReady } from "./readiness.ts";

/** What a cluster says of itself before anything in it is changed. */
export interface ClusterFacts {
  server: string;
  /** Major and minor, as in `[1, 34]`. */
  version: [number, number];
  namespaceExists: boolean;
  /** What would be needed and is not allowed, as in `create deployments.apps`. */
  denied: string[];
  /** Absent where they may not be listed. */
  storageClasses: { name: string; isDefault: boolean }[] | undefined;
  /** Absent where they may not be listed. */
  nodes: { name: string; address: string; zone: string | undefined; ready: boolean }[] | undefined;
}

/** What is going to be made in it. */
export interface Intention {
  namespace: string;
  /** Whether the namespace and priority classes are. */
  clusterScoped: boolean;
}

/** The cluster did not answer, or not to us. */
export class ClusterUnreachableError extends Error {}

const patienceMilliseconds = 10_000;

/**
 * Asks a cluster what it is and what it would let us do.
 *
 * @throws KubeconfigError when the kubeconfig leads to no cluster.
 * @throws ClusterUnreachableError when nothing answers in time, or it does not know who asks.
 */
export async function readClusterFacts(
  access: ClusterAccess,
  intention: Intention,
): Promise<ClusterFacts> {
  const api = await clusterApi(access);
  const { major, minor } = await firstAnswer(api);
  const name = intention.namespace;
  const [namespace, denied, storageClasses, nodes] = await Promise.all([
    ifAllowed(found(api.core.readNamespace({ name }))),
    deniedRights(api, intention),
    ifAllowed(readStorageClasses(api)),
    ifAllowed(readNodes(api)),
  ]);
  return {
    server: api.server,
    version: [Number.parseInt(major, 10), Number.parseInt(minor, 10)],
    namespaceExists: namespace !== undefined,
    denied,
    storageClasses,
    nodes,
  };
}

async function firstAnswer(api: ClusterApi) {
  const timeout = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`no answer within ${patienceMilliseconds / 1000} s`));
    setTimeout(late, patienceMilliseconds).unref();
  });
  try {
    return await Promise.race([api.version.getCode(), timeout]);
  } catch (error) {
    throw new ClusterUnreachableError(`no cluster answers at ${api.server}: ${reasonOf(error)}`);
  }
}

/** The answer, or nothing where we may not ask. */
async function ifAllowed<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: Error & { code?: number }) => {
    if (error.code === 403) return undefined;
    throw error;
  });
}

/** API group and kinds of what a stack makes in its namespace. */
const madeInNamespace: [string, string[]][] = [
  ["", ["configmaps", "secrets", "serviceaccounts", "services"]],
  ["apps", ["daemonsets", "deployments", "statefulsets"]],
  ["networking.k8s.io", ["networkpolicies"]],
  ["policy", ["poddisruptionbudgets"]],
];

/** ... and in none. */
const madeInCluster: [string, string[]][] = [
  ["", ["namespaces"]],
  ["scheduling.k8s.io", ["priorityclasses"]],
];

async function deniedRights(
  { authorization }: ClusterApi,
  { namespace, clusterScoped }: Intention,
): Promise<string[]> {
  const ask = async (group: string, resource: string, where: { namespace?: string }) => {
    const resourceAttributes = { ...where, group, resource, verb: "create" };
    const body = { spec: { resourceAttributes } };
    const { status } = await authorization.createSelfSubjectAccessReview({ body });
    return status?.allowed ? [] : [`create ${group ? `${resource}.${group}` : resource}`];
  };
  const all = (kinds: typeof madeInCluster, where: { namespace?: string }) =>
    kinds.flatMap(([group, resources]) => resources.map((one) => ask(group, one, where)));
  const answers = [
    ...(clusterScoped ? all(madeInCluster, {}) : []),
    ...all(madeInNamespace, { namespace }),
  ];
  return (await Promise.all(answers)).flat();
}

async function readStorageClasses({ storage }: ClusterApi) {
  const { items } = await storage.listStorageClass();
  return items.map(({ metadata }) => ({
    name: metadata?.name ?? "",
    isDefault: metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  }));
}

/** The nodes; `ready` are those that take pods. */
export async function readNodes({ core }: ClusterApi) {
  const { items } = await core.listNode();
  return items.map((node) => {
    const { metadata, spec, status } = node;
    const address = (wanted: string) =>
      status?.addresses?.find(({ type }) => type === wanted)?.address;
    return {
      name: metadata?.name ?? "",
      address: address("ExternalIP") ?? address("InternalIP") ?? "",
      zone: metadata?.labels?.[zoneLabel],
      ready: isReady(node) && !spec?.unschedulable,
    };
  });
}
