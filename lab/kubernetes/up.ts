import { run } from "../host/command.ts";
import type { NodePlace } from "../host/layout.ts";
import { withLabLock } from "../host/lock.ts";
import type { LabNode } from "../host/node.ts";
import {
  createNodeFolders,
  ensureOn,
  type LabUpArgs,
  prepareHost,
  requireNodeCount,
} from "../host/prepare.ts";
import { refuseForeignLab } from "../host/presence.ts";
import { ensureRequirements, requireRoot } from "../host/requirements.ts";
import { waitFor } from "../host/wait-for.ts";
import { applyGrants, deployAddOns } from "./add-ons.ts";
import { controlSoftware } from "./control-plane.ts";
import { ensureCredentials } from "./credentials.ts";
import { createImages } from "./images.ts";
import {
  allNodePlaces,
  controlPlace,
  dnsServiceAddress,
  kubeconfigFile,
  kubernetesLab,
  podSubnet,
  registryAddress,
} from "./layout.ts";
import { connects, kubernetesNode, kubernetesSoftware, prepareNode } from "./node.ts";
import { ensureClusterPrograms, placePrograms } from "./place-programs.ts";
import { kubernetesRequirements, networkPlugins } from "./requirements.ts";

/** A running lab. */
export interface KubernetesLab {
  nodes: LabNode[];
  /** File for `KUBECONFIG`: the administrator's. */
  kubeconfig: string;
  /** `host:port` of the registry that the nodes pull from, by plain HTTP. */
  registry: string;
}

/**
 * Makes this machine's Kubernetes lab: a control plane and nodes, each an isolated host on a bridge.
 * Builds what it is made of where that has not been done yet (about 10 minutes).
 * Safe to repeat: it adds what is missing, boots what is off, heals what is cut or paused.
 * @throws when not root, when the kernel or a program it can't install is missing, or when a part
 * does not come up (with the end of its log)
 */
export async function kubernetesUp({
  nodes = 1,
  log = () => {},
}: LabUpArgs = {}): Promise<KubernetesLab> {
  requireNodeCount(nodes);
  requireRoot(kubernetesLab);
  return withLabLock(kubernetesLab, "up", log, async () => {
    await ensureRequirements(await kubernetesRequirements(), log);
    await refuseForeignLab(kubernetesLab);
    const executables = await ensureClusterPrograms(log);
    await prepareHost(kubernetesLab, log);
    await routePods();
    await placePrograms(executables);
    await ensureCredentials();
    const images = await createImages(executables);
    const places = await createNodeFolders(kubernetesLab, nodes, log);
    const plugins = await networkPlugins();
    for (const place of places) await prepareNode(place, images, plugins);

    await Promise.all([
      ensureOn(controlPlace(), controlSoftware(), log).then(applyGrants),
      ...places.map((place) => ensureOn(place, kubernetesSoftware(place), log)),
    ]);
    await deployAddOns(images);
    await Promise.all(places.map(knowsNames));
    log(`Kubernetes of ${places.length} ${places.length === 1 ? "node" : "nodes"} is ready`);
    log(`kubeconfig: ${kubeconfigFile()}`);
    log(`registry for images: ${registryAddress()}`);
    return {
      nodes: places.map(({ number }) => kubernetesNode(number)),
      kubeconfig: kubeconfigFile(),
      registry: registryAddress(),
    };
  });
}

/** Answers to what pods ask of the world find their way back, and this machine reaches pods. */
async function routePods(): Promise<void> {
  for (const place of allNodePlaces()) {
    const route = [podSubnet(place), "via", place.address, "dev", kubernetesLab.bridge];
    await run("ip", "route", "replace", ...route);
  }
}

async function knowsNames({ number, name }: NodePlace): Promise<void> {
  await waitFor(`${name} to reach the cluster's name service`, 30_000, () =>
    connects(kubernetesNode(number), dnsServiceAddress, 53),
  );
}
