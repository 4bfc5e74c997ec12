import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { logTail } from "../host/command.ts";
import type { NodeSoftware } from "../host/node.ts";
import { nodeLog, powerOn } from "../host/power.ts";
import { waitFor } from "../host/wait-for.ts";
import { provisionerName } from "./add-ons/storage.ts";
import { answersApi, pauseMs } from "./kubectl.ts";
import {
  clusterDomain,
  controlPlace,
  credentialsFolder,
  executable,
  registryAddress,
  serviceRange,
  volumesFolder,
  volumesOnNode,
} from "./layout.ts";
import { keepAll, type Service, scriptHead } from "./supervisor.ts";

const credential = (file: string): string => path.join(credentialsFolder(), file);
const hyperkube = (part: string, ...flags: string[]) => [executable("hyperkube"), part, ...flags];

/** etcd, the control plane, the provisioner of volumes and a registry. */
export const controlSoftware = (): NodeSoftware => ({
  boot,
  answers: async (timeoutMs) =>
    waitFor("the API server", timeoutMs, answersApi, pauseMs).catch(() => false),
});

/** Boots the control plane's host and returns when the API server answers. */
async function boot(): Promise<void> {
  const place = controlPlace();
  const logs = path.join(place.folder, "log");
  await mkdir(path.join(place.folder, "etcd"), { recursive: true, mode: 0o700 });
  await writeFile(path.join(place.folder, "registry.yaml"), registryConfiguration());
  const script = path.join(place.folder, "control.sh");
  await writeFile(script, `${scriptHead(logs)}${keepAll(services())}wait\n`);
  const host = await powerOn(place, ["bash", script]);
  const answers = async () => (host.ended() ? ("ended" as const) : answersApi());
  await waitFor("the API server", 120_000, answers, pauseMs).then(
    async (answer) => {
      if (answer !== "ended") return;
      throw new Error(`The control plane's host went off.${await logTail(nodeLog(place))}`);
    },
    async (error: Error) => {
      const apiServerLog = path.join(logs, "apiserver.log");
      throw new Error(`${error.message}${await logTail(apiServerLog)}`);
    },
  );
}

const services = (): Service[] => [
  { name: "etcd", command: etcd() },
  { name: "apiserver", command: apiServer() },
  { name: "controller-manager", command: controllerManager() },
  { name: "scheduler", command: scheduler() },
  { name: "volume-provisioner", command: volumeProvisioner() },
  {
    name: "registry",
    command: ["docker-registry", "serve", path.join(controlPlace().folder, "registry.yaml")],
  },
];

/** Within the control plane's host: nobody else reaches it. */
const etcdAddress = "http://127.0.0.1:2379";
const etcdPeerAddress = "http://127.0.0.1:2380";

const etcd = (): string[] => [
  executable("etcd"),
  "--name=control",
  `--data-dir=${path.join(controlPlace().folder, "etcd")}`,
  `--listen-client-urls=${etcdAddress}`,
  `--advertise-client-urls=${etcdAddress}`,
  `--listen-peer-urls=${etcdPeerAddress}`,
  `--initial-advertise-peer-urls=${etcdPeerAddress}`,
  `--initial-cluster=control=${etcdPeerAddress}`,
  // A lab need not survive its machine's power failure, and its disk is everybody's.
  "--unsafe-no-fsync",
];

/** A node that is gone is noticed in 6 s (Kubernetes: 50 s). */
const nodeGracePeriod = "6s";

const apiServer = (): string[] =>
  hyperkube(
    "kube-apiserver",
    `--etcd-servers=${etcdAddress}`,
    `--service-cluster-ip-range=${serviceRange}`,
    `--advertise-address=${controlPlace().address}`,
    `--tls-cert-file=${credential("apiserver.crt")}`,
    `--tls-private-key-file=${credential("apiserver.key")}`,
    `--client-ca-file=${credential("ca.crt")}`,
    `--token-auth-file=${credential("tokens.csv")}`,
    `--service-account-key-file=${credential("service-accounts.pub")}`,
    `--service-account-signing-key-file=${credential("service-accounts.key")}`,
    `--service-account-issuer=https://kubernetes.default.svc.${clusterDomain}`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--allow-privileged=true",
    `--kubelet-client-certificate=${credential("kubelet-client.crt")}`,
    `--kubelet-client-key=${credential("kubelet-client.key")}`,
    "--kubelet-preferred-address-types=InternalIP",
    // For API servers that run as pods, as that of metrics does. There is no kube-proxy here.
    "--enable-aggregator-routing=true",
    `--requestheader-client-ca-file=${credential("front-proxy-ca.crt")}`,
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${credential("front-proxy-client.crt")}`,
    `--proxy-client-key-file=${credential("front-proxy-client.key")}`,
    "--profiling=false",
  );

const controllerManager = (): string[] =>
  hyperkube(
    "kube-controller-manager",
    `--kubeconfig=${credential("controller-manager.kubeconfig")}`,
    "--authentication-skip-lookup=true",
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
    "--use-service-account-credentials=true",
    `--service-account-private-key-file=${credential("service-accounts.key")}`,
    `--root-ca-file=${credential("ca.crt")}`,
    `--cluster-signing-cert-file=${credential("ca.crt")}`,
    `--cluster-signing-key-file=${credential("ca.key")}`,
    "--allocate-node-cidrs=false",
    // Not in the /usr that this machine and all nodes share.
    "--flex-volume-plugin-dir=/run/volume-plugins",
    "--node-monitor-period=1s",
    `--node-monitor-grace-period=${nodeGracePeriod}`,
    // A minute or more by default: too long to watch it scale.
    "--horizontal-pod-autoscaler-sync-period=5s",
    "--horizontal-pod-autoscaler-cpu-initialization-period=10s",
    "--horizontal-pod-autoscaler-initial-readiness-delay=5s",
  );

const scheduler = (): string[] =>
  hyperkube(
    "kube-scheduler",
    `--kubeconfig=${credential("scheduler.kubeconfig")}`,
    "--authentication-skip-lookup=true",
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
  );

/** It makes volumes on the disks of the nodes, which are folders here. */
const volumeProvisioner = (): string[] => [
  executable("volume-provisioner"),
  `--name=${provisionerName}`,
  `--kubeconfig=${credential("volume-provisioner.kubeconfig")}`,
  `--folders=${volumesFolder()}`,
  `--path=${volumesOnNode}`,
];

const registryConfiguration = (): string =>
  JSON.stringify({
    version: "0.1",
    log: { level: "warn", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: path.join(controlPlace().folder, "registry") },
      delete: { enabled: true },
    },
    http: { addr: registryAddress() },
  });
