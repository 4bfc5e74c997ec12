import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { allNodePlaces, apiAddress } from "./layout.ts";

interface Account {
  /** What its kubeconfig is called. */
  name: string;
  user: string;
  group?: string;
}

const accounts = (): Account[] => [
  { name: "admin", user: "admin", group: "system:masters" },
  { name: "controller-manager", user: "system:kube-controller-manager" },
  { name: "scheduler", user: "system:kube-scheduler" },
  { name: "proxy", user: "system:kube-proxy" },
  { name: "kube-router", user: "kube-router" },
  { name: "volume-provisioner", user: "volume-provisioner" },
  // For all nodes that there can be: the API server reads them once.
  ...allNodePlaces().map(({ name }) => ({
    name,
    user: `system:node:${name}`,
    group: "system:nodes",
  })),
];

/** Gives every part of the cluster an account: a line in `tokens.csv`, and `NAME.kubeconfig`. */
export async function createAccounts(folder: string): Promise<void> {
  const authority = await readFile(path.join(folder, "ca.crt"), "base64");
  const lines: string[] = [];
  for (const { name, user, group } of accounts()) {
    const token = randomBytes(24).toString("hex");
    lines.push([token, user, user, ...(group ? [`"${group}"`] : [])].join(","));
    const file = path.join(folder, `${name}.kubeconfig`);
    await writeFile(file, kubeconfig(user, token, authority), { mode: 0o600 });
  }
  await writeFile(path.join(folder, "tokens.csv"), `${lines.join("\n")}\n`, { mode: 0o600 });
}

function kubeconfig(user: string, token: string, authority: string): string {
  const name = "ha-store-lab";
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name, cluster: { server: apiAddress(), "certificate-authority-data": authority } },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user } }],
    "current-context": name,
  });
}
