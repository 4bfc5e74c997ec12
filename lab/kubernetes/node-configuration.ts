import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { maxNodes, type NodePlace } from "../host/layout.ts";
import type { ProgramImage } from "./images.ts";
import {
  clusterDomain,
  dnsServiceAddress,
  folderOnNode,
  kubernetesPlace,
  podRange,
  podSubnet,
  registryPort,
} from "./layout.ts";

const onNode = (file: string): string => path.join(folderOnNode, file);

/** Writes what the programs on a node read, into the node's folder. */
export async function writeNodeConfiguration(
  place: NodePlace,
  pause: ProgramImage,
  plugins: string,
): Promise<void> {
  const files: Record<string, string> = {
    // A pod can't reach the node's 127.0.0.1.
    "pod-resolv.conf": `nameserver ${place.address}\n`,
    "containerd.toml": containerd(pause.name, plugins),
    "cni/10-lab.conflist": JSON.stringify(network(place)),
    "kubelet.yaml": JSON.stringify(kubelet(place)),
    "kube-proxy.yaml": JSON.stringify(kubeProxy(place)),
    ...trustedRegistries(),
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(place.folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

const containerd = (pause: string, plugins: string): string => `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  # Not in the /opt that this machine and all nodes share.
  path = "/var/lib/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pause}"
  # There may be no CAP_SYS_RESOURCE: runc could not lower a container's score, and would fail.
  restrict_oom_score_adj = true
  # Profiles would be loaded into the kernel of the whole machine.
  disable_apparmor = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${plugins}"
    conf_dir = "${onNode("cni")}"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${onNode("registries")}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
`;

/** Pods on a bridge of the node's own; packets between nodes keep their senders' addresses. */
const network = (place: NodePlace) => ({
  cniVersion: "1.0.0",
  name: "lab",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      hairpinMode: true,
      ipMasq: false,
      ipam: {
        type: "host-local",
        // Gone after a boot, as the pods are that had the addresses.
        dataDir: "/run/pod-addresses",
        ranges: [[{ subnet: podSubnet(place) }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
});

const kubelet = (place: NodePlace) => ({
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: onNode("ca.crt") },
  },
  authorization: { mode: "Webhook" },
  cgroupDriver: "cgroupfs",
  cgroupRoot: `/${place.group}`,
  failCgroupV1: false,
  containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
  clusterDNS: [dnsServiceAddress],
  clusterDomain,
  resolvConf: onNode("pod-resolv.conf"),
  failSwapOn: false,
  // Not in the /usr that this machine and all nodes share.
  volumePluginDir: "/var/lib/kubelet/volume-plugins",
  // What needs CAP_SYS_RESOURCE is left as it is.
  oomScoreAdj: 0,
  maxOpenFiles: 20_000,
  // Often enough for the control plane to miss a node within seconds.
  nodeLeaseDurationSeconds: 4,
  nodeStatusUpdateFrequency: "2s",
  // The disk is the whole machine's: how full it is says nothing about the node.
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  evictionHard: {
    "memory.available": "100Mi",
    "nodefs.available": "1%",
    "imagefs.available": "1%",
    "nodefs.inodesFree": "1%",
  },
});

const kubeProxy = ({ name }: NodePlace) => ({
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  clientConnection: { kubeconfig: onNode("proxy.kubeconfig") },
  mode: "iptables",
  clusterCIDR: podRange,
  hostnameOverride: name,
  oomScoreAdj: 0,
  // The table of connections is the whole machine's.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
});

/** Registries on the lab's hosts speak plain HTTP: the lab's own, and those that are deployed. */
function trustedRegistries(): Record<string, string> {
  const numbers = Array.from({ length: maxNodes + 1 }, (_, number) => number);
  const addresses = numbers.map((number) => `${kubernetesPlace(number).address}:${registryPort}`);
  return Object.fromEntries(
    addresses.map((address) => [
      `registries/${address}/hosts.toml`,
      `server = "http://${address}"\n[host."http://${address}"]\n`,
    ]),
  );
}
