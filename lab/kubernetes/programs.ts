import type { ProgramSet } from "../../engine/index.ts";

const version = "1.34.4";
const kubernetesVersion = "k8s.io/component-base/version";

/** What the cluster is made of, besides what Debian has packages for. */
export const clusterSet: ProgramSet = {
  modules: "lab/kubernetes/programs",
  recipe: ["engine/build-folder.ts", "lab/kubernetes/programs.ts"],
  programs: [
    { name: "pause", title: "pause", binary: "pause", package: "." },
    { name: "etcd", title: "etcd", binary: "etcd", package: "go.etcd.io/etcd/server/v3" },
    { name: "coredns", title: "CoreDNS", binary: "coredns", package: "." },
    {
      name: "volume-provisioner",
      title: "volume provisioner",
      binary: "volume-provisioner",
      package: ".",
    },
    {
      name: "kube-router",
      title: "kube-router",
      binary: "kube-router",
      package: "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router",
    },
    {
      name: "metrics-server",
      title: "metrics-server",
      binary: "metrics-server",
      package: "sigs.k8s.io/metrics-server/cmd/metrics-server",
    },
    {
      // Later releases reject cgroup v1 and want a containerd that Debian 12 does not have.
      name: "hyperkube",
      title: `Kubernetes ${version}`,
      binary: "hyperkube",
      package: ".",
      variables: {
        [`${kubernetesVersion}.gitVersion`]: `v${version}`,
        [`${kubernetesVersion}.gitMajor`]: "1",
        [`${kubernetesVersion}.gitMinor`]: "34",
      },
    },
  ],
};
