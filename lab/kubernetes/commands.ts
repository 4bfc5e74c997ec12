import { existsSync } from "node:fs";
import { Command } from "commander";
import { execa } from "execa";
import { labCommand } from "../commands.ts";
import { kubernetesDown } from "./down.ts";
import { clientEnvironment } from "./kubectl.ts";
import { executable, kubeconfigFile, kubernetesLab } from "./layout.ts";
import { kubernetesNode } from "./node.ts";
import { kubernetesStatus } from "./status.ts";
import { kubernetesUp } from "./up.ts";

/** `kubernetes ...`: the Kubernetes lab. */
export const kubernetesCommand = (): Command =>
  labCommand({
    layout: kubernetesLab,
    description: "Kubernetes of isolated hosts on this machine",
    execDescription: "run a command inside a host",
    up: kubernetesUp,
    down: kubernetesDown,
    status: kubernetesStatus,
    node: kubernetesNode,
    headings: ["NODE", "ADDRESS", "STATE", "ZONE", "KUBERNETES"],
    row: ({ name, address, state, zone, cluster }) => [
      name,
      address,
      state,
      zone,
      cluster ? clusterView(cluster) : "unknown",
    ],
  })
    .addCommand(kubeconfigCommand())
    .addCommand(kubectlCommand());

const clusterView = ({ ready, schedulable }: { ready: boolean; schedulable: boolean }): string =>
  `${ready ? "ready" : "not ready"}${schedulable ? "" : ", cordoned"}`;

const kubeconfigCommand = (): Command =>
  new Command("kubeconfig")
    .description("print where the administrator's kubeconfig is")
    .action(() => {
      requireLab();
      console.log(kubeconfigFile());
    });

const kubectlCommand = (): Command =>
  new Command("kubectl")
    .description("run the lab's kubectl as the cluster's administrator")
    .argument("<arguments...>", "after --")
    .action(async (words: string[]) => {
      requireLab();
      const { exitCode } = await execa(executable("kubectl"), words, {
        env: clientEnvironment(),
        stdio: "inherit",
        reject: false,
      });
      process.exitCode = exitCode ?? 1;
    });

function requireLab(): void {
  if (existsSync(kubeconfigFile())) return;
  throw new Error("There is no Kubernetes lab, or it is not yours. `kubernetes up` makes one.");
}
