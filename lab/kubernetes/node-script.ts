import path from "node:path";
import type { NodePlace } from "../host/layout.ts";
import type { ProgramImage } from "./images.ts";
import {
  apiPort,
  controlPlace,
  folderOnNode,
  nodeLibrary,
  serviceRange,
  sharedFolder,
  sharedOnNode,
  volumesFolder,
  volumesOnNode,
} from "./layout.ts";
import { keepAll, quote, type Service, scriptHead } from "./supervisor.ts";

/** Settings of the whole machine that the kubelet would change if they were not as it likes. */
const expectedSettings = {
  "vm/overcommit_memory": 1,
  "vm/panic_on_oom": 0,
  "kernel/panic": 10,
  "kernel/panic_on_oops": 1,
  "kernel/keys/root_maxkeys": 1_000_000,
  "kernel/keys/root_maxbytes": 25_000_000,
};

const onNode = (file: string): string => path.join(folderOnNode, file);
const program = (name: string): string => path.join(sharedOnNode, "bin", name);

/**
 * What the first process of a node starts: a file system of the node's own, containerd, the images
 * that no registry has, then Kubernetes.
 */
export function nodeScript(place: NodePlace, images: ProgramImage[]): string {
  const { folder, name } = place;
  return `${scriptHead(path.join(folder, "log"))}
# What the kubelet mounts has to appear in containers.
mount --make-rshared /
library=${quote(nodeLibrary(place))} volumes=${quote(path.join(volumesFolder(), name))}
mkdir -p "$library" "$volumes" ${sharedOnNode} ${folderOnNode} ${volumesOnNode}
mount --bind ${quote(sharedFolder())} ${sharedOnNode}
mount --bind ${quote(folder)} ${folderOnNode}
mount --bind "$volumes" ${volumesOnNode}
mount --bind "$library" /var/lib
logs=${onNode("log")}
mount --bind "$logs" /var/log

pretend() {
  [ -e "/proc/sys/$1" ] || return 0
  mkdir -p "/run/settings/$(dirname "$1")"
  echo "$2" >"/run/settings/$1"
  mount --bind "/run/settings/$1" "/proc/sys/$1"
}
${Object.entries(expectedSettings)
  .map(([setting, value]) => `pretend ${setting} ${value}`)
  .join("\n")}
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables

${keepAll([{ name: "containerd", command: ["containerd", "--config", onNode("containerd.toml")] }])}
until ctr version >/dev/null 2>&1; do sleep 0.1; done
has() { ctr --namespace k8s.io images list --quiet | grep -qxF "$1"; }
import() { has "$1" || ctr --namespace k8s.io images import "${sharedOnNode}/images/$2" >/dev/null; }
${images.map((image) => `import ${image.name} ${image.archive}`).join("\n")}

# They would ask again and again, and wait longer and longer in between.
until timeout 1 bash -c 'exec 3<>/dev/tcp/${controlPlace().address}/${apiPort}' 2>/dev/null; do sleep 0.2; done
${keepAll(services(place))}wait
`;
}

const services = ({ name, address, zone }: NodePlace): Service[] => [
  {
    name: "kubelet",
    command: [
      program("hyperkube"),
      "kubelet",
      `--config=${onNode("kubelet.yaml")}`,
      `--kubeconfig=${onNode("kubelet.kubeconfig")}`,
      `--hostname-override=${name}`,
      `--node-ip=${address}`,
      `--node-labels=topology.kubernetes.io/zone=${zone}`,
    ],
  },
  {
    name: "kube-proxy",
    command: [program("hyperkube"), "kube-proxy", `--config=${onNode("kube-proxy.yaml")}`],
  },
  // The bridge of the pods knows no network policies: this is their firewall, and nothing else.
  {
    name: "kube-router",
    command: [
      program("kube-router"),
      `--kubeconfig=${onNode("kube-router.kubeconfig")}`,
      `--hostname-override=${name}`,
      "--run-firewall=true",
      "--run-router=false",
      "--run-service-proxy=false",
      "--enable-cni=false",
      `--service-cluster-ip-range=${serviceRange}`,
      "--iptables-sync-period=30s",
      "--health-port=0",
    ],
  },
];
