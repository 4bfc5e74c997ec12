import type { Problem, Settings } from "../settings.ts";
import { publishedPorts } from "./published-ports.ts";

/** Ports that a cluster opens on its nodes, where nobody has told it otherwise. */
const nodePorts = { first: 30_000, last: 32_767 };

/** What goes not together on Kubernetes; silent about settings that are wrong by themselves. */
export function kubernetesClashes(
  settings: Settings,
  sound: (setting: keyof Settings) => boolean,
): Problem[] {
  const problems: Problem[] = [];
  const add = (setting: keyof Settings, reason: string) => problems.push({ setting, reason });
  if (!settings.imageRegistry && sound("imageRegistry")) {
    add(
      "imageRegistry",
      "is missing, but every node needs one to pull images from: give host, host:port or host/path",
    );
  }
  if (settings.imageRegistryUser && !settings.imageRegistryPassword) {
    if (sound("imageRegistryPassword")) {
      add(
        "imageRegistryPassword",
        "is missing, but imageRegistryUser is given: set it with " +
          "`pulumi config set --secret imageRegistryPassword`",
      );
    }
  }
  if (settings.encryptNetworks) {
    add(
      "encryptNetworks",
      "is true, but on Kubernetes the cluster's network plug-in decides: have it encrypt (as Cilium " +
        "and Calico can), and give false",
    );
  }
  if (settings.exposure === "gateway" && !settings.gateway && sound("gateway")) {
    add("gateway", 'is missing, but exposure is "gateway": give its name, or NAMESPACE/NAME');
  }
  if (settings.exposure === "nodePort") problems.push(...nodePortProblems(settings, sound));
  return problems;
}

function nodePortProblems(
  settings: Settings,
  sound: (setting: keyof Settings) => boolean,
): Problem[] {
  return publishedPorts(settings)
    .filter((setting) => sound(setting))
    .filter((setting) => settings[setting] < nodePorts.first || settings[setting] > nodePorts.last)
    .map((setting) => ({
      setting,
      reason:
        `is ${settings[setting]}, which no node opens with exposure "nodePort": give one from ` +
        `${nodePorts.first} to ${nodePorts.last}, or exposure "loadBalancer"`,
    }));
}
