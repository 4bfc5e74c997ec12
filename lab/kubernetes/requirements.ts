import { hasProgram } from "../host/command.ts";
import type { Requirements } from "../host/requirements.ts";

/** Where Debian's package and where other distributions have the network plugins. */
const pluginFolders = ["/usr/lib/cni", "/opt/cni/bin"];

/** The folder of the CNI plugins. */
export async function networkPlugins(): Promise<string> {
  for (const folder of pluginFolders) {
    if (await hasProgram(`${folder}/bridge`)) return folder;
  }
  return "/usr/lib/cni";
}

export async function kubernetesRequirements(): Promise<Requirements> {
  return {
    packageOf: {
      containerd: "containerd",
      ctr: "containerd",
      runc: "runc",
      "docker-registry": "docker-registry",
      ipset: "ipset",
      openssl: "openssl",
      [`${await networkPlugins()}/bridge`]: "containernetworking-plugins",
    },
    kernelTrials: [
      [
        "iptables for bridged packets, which the addresses of services need",
        "CONFIG_BRIDGE_NETFILTER",
        "modprobe br_netfilter 2>/dev/null || true; test -e /proc/sys/net/bridge/bridge-nf-call-iptables",
      ],
      [
        "the statistic match of iptables, which kube-proxy shares requests out with",
        "CONFIG_NETFILTER_XT_MATCH_STATISTIC",
        "iptables -A INPUT -m statistic --mode random --probability 0.5 -j ACCEPT",
      ],
      [
        "sets of addresses, which network policies are made of",
        "CONFIG_IP_SET and CONFIG_NETFILTER_XT_SET",
        "ipset create trial hash:ip; iptables -A INPUT -m set --match-set trial src -j ACCEPT",
      ],
    ],
  };
}
