import path from "node:path";
import { type Layout, maxNodes, type NodePlace, nodePlace, stateFolder } from "../host/layout.ts";

/** Each node's pods have a /24 of this range. */
export const podRange = "10.82.0.0/16";
/** Services have their addresses from this range. */
export const serviceRange = "10.83.0.0/16";

/** State folder: `HA_STORE_KUBERNETES_LAB`, else `/var/lib/ha-store-kubernetes-lab`. */
export const kubernetesLab: Layout = {
  command: "kubernetes",
  alternative: "use a cluster that you have already, with its kubeconfig",
  bridge: "ha-store1",
  linkPrefix: "ha-store-k",
  network: "10.81",
  innerRanges: [podRange, serviceRange],
  outgoingRanges: [podRange],
  group: "ha-store-kubernetes",
  folder: { variable: "HA_STORE_KUBERNETES_LAB", default: "/var/lib/ha-store-kubernetes-lab" },
};

/** The API server's own address among the services. */
export const apiServiceAddress = "10.83.0.1";
export const dnsServiceAddress = "10.83.0.10";
export const clusterDomain = "cluster.local";

export const kubernetesPlace = (number: number): NodePlace => nodePlace(kubernetesLab, number);
/** Where etcd, the control plane and the registry run: a host of its own that is no node. */
export const controlPlace = (): NodePlace => kubernetesPlace(0);
export const allNodePlaces = (): NodePlace[] =>
  Array.from({ length: maxNodes }, (_, index) => kubernetesPlace(index + 1));

export const apiPort = 6443;
export const apiAddress = (): string => `https://${controlPlace().address}:${apiPort}`;
export const registryPort = 5000;
export const registryAddress = (): string => `${controlPlace().address}:${registryPort}`;

export const podSubnet = ({ number }: NodePlace): string => `10.82.${number}.0/24`;

const inState = (name: string): string => path.join(stateFolder(kubernetesLab), name);

/** The administrator's; the lab's other accounts have theirs where they are used. */
export const kubeconfigFile = (): string => path.join(credentialsFolder(), "admin.kubeconfig");
/** Certificates, keys, tokens: all that a cluster is recognised by. */
export const credentialsFolder = (): string => inState("credentials");
/** Executables and image archives, which nodes see as {@link sharedOnNode}. */
export const sharedFolder = (): string => inState("shared");
export const sharedOnNode = "/run/shared";
/** A node's own folder as the node sees it, whose /var/lib is private. */
export const folderOnNode = "/run/lab";
/** A node's /var/lib. */
export const nodeLibrary = ({ folder }: NodePlace): string => path.join(folder, "lib");
/** Folder with a folder for each node, named like it, which has the node's volumes. */
export const volumesFolder = (): string => inState("volumes");
/** A node's own of them, as the node sees it. */
export const volumesOnNode = "/run/volumes";

/** An executable, as the host sees it. */
export const executable = (name: string): string => path.join(sharedFolder(), "bin", name);

/** What clients keep of what the cluster can do; by default it would be below the user's home. */
export const clientCache = (): string => inState("client-cache");

/** What no proxy of this machine stands before. */
export const unproxied = [`${kubernetesLab.network}.0.0/16`, podRange, serviceRange, clusterDomain];
