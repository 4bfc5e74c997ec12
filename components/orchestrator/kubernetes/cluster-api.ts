import type {
  AppsV1Api,
  AuthorizationV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  Exec,
  StorageV1Api,
  VersionApi,
  Watch,
} from "@kubernetes/client-node";

/** Which cluster is meant, in the words of `kubectl`. */
export interface ClusterAccess {
  /** Path of a kubeconfig. @default those that `KUBECONFIG` names, else `~/.kube/config` */
  kubeconfig?: string;
  /** @default the kubeconfig's current one */
  context?: string;
}

/** Clients of a cluster's API. */
export interface ClusterApi {
  /** Its address. */
  server: string;
  core: CoreV1Api;
  apps: AppsV1Api;
  authorization: AuthorizationV1Api;
  autoscaling: AutoscalingV2Api;
  storage: StorageV1Api;
  version: VersionApi;
  /** Runs commands in containers. */
  exec: Exec;
  /** Tells what changes. */
  watch: Watch;
}

/** The kubeconfig can't be read, or has no such context. `setting` says which argument is wrong. */
export class KubeconfigError extends Error {
  readonly argument: keyof ClusterAccess;

  constructor(argument: keyof ClusterAccess, message: string) {
    super(message);
    this.argument = argument;
  }
}

/** What the library takes for the cluster where it finds no kubeconfig. */
const nobodysServer = "http://localhost:8080";

/**
 * Clients for the cluster that the kubeconfig leads to. The library is loaded when it is first needed: a
 * program for another orchestrator should not pay for it.
 *
 * @throws KubeconfigError when there is no such cluster in it.
 */
export async function clusterApi({ kubeconfig, context }: ClusterAccess): Promise<ClusterApi> {
  const client = await import("@kubernetes/client-node");
  const config = new client.KubeConfig();
  try {
    if (kubeconfig) config.loadFromFile(kubeconfig);
    else config.loadFromDefault();
  } catch (error) {
    throw new KubeconfigError("kubeconfig", `can't be read: ${(error as Error).message}`);
  }
  if (context) {
    const known = config.getContexts().map(({ name }) => name);
    if (!known.includes(context)) {
      const others = known.join(", ") || "none";
      throw new KubeconfigError("context", `is no context of the kubeconfig, which has ${others}`);
    }
    config.setCurrentContext(context);
  }
  const server = config.getCurrentCluster()?.server;
  if (server === nobodysServer) {
    throw new KubeconfigError("kubeconfig", "is not there (KUBECONFIG, ~/.kube/config)");
  }
  if (!server) throw new KubeconfigError("context", "leads to no cluster of the kubeconfig");
  return {
    server,
    core: config.makeApiClient(client.CoreV1Api),
    apps: config.makeApiClient(client.AppsV1Api),
    authorization: config.makeApiClient(client.AuthorizationV1Api),
    autoscaling: config.makeApiClient(client.AutoscalingV2Api),
    storage: config.makeApiClient(client.StorageV1Api),
    version: config.makeApiClient(client.VersionApi),
    exec: new client.Exec(config),
    watch: new client.Watch(config),
  };
}

/** Why a request failed; the library's own message has the whole answer in it, with all headers. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as Error & { code?: number | string };
  if (code === 401) return "it does not know who asks (401)";
  if (code === 403) return "it does not allow that (403)";
  return typeof code === "number" ? `it answers with status ${code}` : message;
}

/** The answer, or nothing where there is no such object. */
export async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: Error & { code?: number }) => {
    if (error.code === 404) return undefined;
    throw error;
  });
}
