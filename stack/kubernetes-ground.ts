import * as pulumi from "@pulumi/pulumi";
import { type Exposure, KubernetesOrchestrator } from "../components/index.ts";
import type { ClusterFacts } from "../components/orchestrator/kubernetes/cluster-facts.ts";
import type { Settings } from "../settings.ts";
import type { Ground } from "./ground.ts";
import { clusterAccess, lookAtCluster } from "./kubernetes-check.ts";
import { type Preparation, refuse } from "./preparation.ts";
import { renderFolder } from "./render-folder.ts";

/**
 * A namespace of a Kubernetes cluster, with a registry that is there already. What is only rendered
 * needs neither.
 *
 * @throws pulumi.RunError with everything that is wrong, before anything is changed.
 */
export async function kubernetesGround(preparation: Preparation): Promise<Ground> {
  const { settings, prefix } = preparation;
  const namespace = settings.namespace || prefix;
  const renderTo = renderFolder();
  const facts = renderTo === undefined ? await clusterFacts(preparation, namespace) : undefined;
  refuse(preparation.problems);
  const orchestrator = new KubernetesOrchestrator("kubernetes", {
    ...clusterAccess(settings),
    namespace,
    prefix,
    zones: settings.zones,
    registry: {
      address: settings.imageRegistry,
      username: settings.imageRegistryUser || undefined,
      password: pulumi.secret(settings.imageRegistryPassword),
      insecure: settings.imageRegistryInsecure,
    },
    // Without a cluster there may be no engine either: the content says which image is meant.
    builder:
      settings.images === "build" && renderTo === undefined
        ? { host: settings.dockerHost }
        : undefined,
    storageClass: settings.storageClass || undefined,
    volumeGiB: settings.volumeGiB,
    exposure: exposureOf(settings),
    clusterScoped: settings.clusterScoped,
    renderTo,
  });
  const proxied = settings.exposure === "ingress" || settings.exposure === "gateway";
  const address = (workload: string, given: number) => {
    const port = proxied ? 80 : given;
    const hosts = orchestrator.publishedHosts[workload] ?? pulumi.output(nodeHosts(facts));
    return hosts.apply((all) =>
      all.map((host) => `http://${host}${port === 80 ? "" : `:${port}`}`),
    );
  };
  return {
    orchestrator,
    registry: {
      address: settings.imageRegistry,
      ready: pulumi.output<pulumi.Resource>(orchestrator),
    },
    addresses: () => address("edge-balancer", settings.httpPort),
    status: () => statusOf(settings, address),
  };
}

async function clusterFacts(
  { settings, problems }: Preparation,
  namespace: string,
): Promise<ClusterFacts | undefined> {
  const looked = await lookAtCluster(settings, namespace);
  refuse([...problems, ...looked.problems]);
  return looked.facts;
}

function exposureOf({ exposure, hostNames, ingressClass, gateway }: Settings): Exposure {
  switch (exposure) {
    case "ingress":
      return { kind: exposure, hostNames, ingressClass: ingressClass || undefined };
    case "gateway":
      return { kind: exposure, hostNames, gateway };
    default:
      return { kind: exposure };
  }
}

function nodeHosts(facts: ClusterFacts | undefined): string[] {
  return (facts?.nodes ?? []).filter(({ ready }) => ready).map((node) => node.address);
}

function statusOf(
  { monitoring, statusPort }: Settings,
  address: (workload: string, port: number) => pulumi.Output<string[]>,
): pulumi.Input<string | undefined> {
  if (monitoring === "off") return undefined;
  return address("status", statusPort).apply(([first]) => first);
}
