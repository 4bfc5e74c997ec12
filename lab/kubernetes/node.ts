import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { logTail } from "../host/command.ts";
import { prepareContainerGroup } from "../host/container-group.ts";
import type { NodePlace } from "../host/layout.ts";
import { existingPlace, type LabNode, labNode, type NodeSoftware } from "../host/node.ts";
import { nodeLog, powerOn } from "../host/power.ts";
import { waitFor } from "../host/wait-for.ts";
import type { ProgramImages } from "./images.ts";
import { kubectl, pauseMs } from "./kubectl.ts";
import { apiServiceAddress, credentialsFolder, kubernetesLab } from "./layout.ts";
import { writeNodeConfiguration } from "./node-configuration.ts";
import { nodeScript } from "./node-script.ts";

const scriptFile = ({ folder }: NodePlace): string => path.join(folder, "node.sh");

/** Puts everything into a node's folder that it boots from. */
export async function prepareNode(
  place: NodePlace,
  images: ProgramImages,
  plugins: string,
): Promise<void> {
  const { folder, name } = place;
  await mkdir(folder, { recursive: true });
  await writeNodeConfiguration(place, images.pause, plugins);
  const credentials: Record<string, string> = {
    "ca.crt": "ca.crt",
    [`${name}.kubeconfig`]: "kubelet.kubeconfig",
    "proxy.kubeconfig": "proxy.kubeconfig",
    "kube-router.kubeconfig": "kube-router.kubeconfig",
  };
  for (const [source, target] of Object.entries(credentials)) {
    await copyFile(path.join(credentialsFolder(), source), path.join(folder, target));
  }
  await writeFile(scriptFile(place), nodeScript(place, Object.values(images)));
}

/** containerd, the kubelet and what goes with them. */
export const kubernetesSoftware = (place: NodePlace): NodeSoftware => ({
  boot: () => boot(place),
  answers: (timeoutMs) => listens(place.address, kubeletPort, timeoutMs),
});

/**
 * A handle of node `number` (1 to 5) of the running lab.
 * @throws when the lab has no such node
 */
export function kubernetesNode(number: number): LabNode {
  const place = existingPlace(kubernetesLab, number);
  return labNode(place, kubernetesSoftware(place));
}

const kubeletPort = 10250;

async function boot(place: NodePlace): Promise<void> {
  const host = await powerOn(place, ["bash", scriptFile(place)], prepareContainerGroup);
  const software = kubernetesSoftware(place);
  const node = labNode(place, software);
  const ready = async () => {
    if (host.ended()) return "ended" as const;
    // Its former life may still count as ready: first of all it has to be there.
    if (!(await software.answers(1_000))) return false;
    return (await isReady(place)) && (await reachesServices(node));
  };
  await waitFor(`${place.name} to be ready`, 120_000, ready, pauseMs).then(
    async (answer) => {
      if (answer !== "ended") return;
      throw new Error(`${place.name} went off while it booted.${await logTail(nodeLog(place))}`);
    },
    async (error: Error) => {
      const log = path.join(place.folder, "log", "kubelet.log");
      throw new Error(`${error.message}${await logTail(log)}`);
    },
  );
}

async function isReady({ name }: NodePlace): Promise<boolean> {
  const ready = '{.status.conditions[?(@.type=="Ready")].status}';
  return (await kubectl(["get", "node", name, `--output=jsonpath=${ready}`])) === "True";
}

/** Whether the firewall for network policies and the addresses of services are set up. */
async function reachesServices(node: LabNode): Promise<boolean> {
  if ((await node.exec(["iptables", "-w", "-S", "KUBE-ROUTER-FORWARD"])).failed) return false;
  return connects(node, apiServiceAddress, 443);
}

/** Whether a connection can be made from the node. */
export async function connects(node: LabNode, address: string, port: number): Promise<boolean> {
  const attempt = ["timeout", "1", "bash", "-c", `exec 3<>/dev/tcp/${address}/${port}`];
  return !(await node.exec(attempt)).failed;
}

/** Whether somebody takes connections there. */
function listens(address: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.on("connect", () => end(true)).on("error", () => end(false));
  });
}
