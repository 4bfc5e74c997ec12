import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { kubectl } from "./cluster.ts";

/** Settings and a kubeconfig that a cluster can't be brought up with, and what `up` says to them. */
export interface Refusal {
  name: string;
  /** Added to the stack's configuration. */
  settings?: Record<string, string>;
  /** Who asks which cluster. @default as the lab has it */
  change?(config: Kubeconfig): Promise<void> | void;
  says: RegExp;
}

interface Kubeconfig {
  clusters: { cluster: { server: string } }[];
  users: { user: object }[];
}

export const refusals: Refusal[] = [
  {
    name: "a cluster that is not there",
    change: ({ clusters: [only] }) => {
      if (only) only.cluster.server = "https://127.0.0.1:1";
    },
    says: /kubeconfig leads to a cluster that can't be asked, .*ECONNREFUSED.*start it/,
  },
  {
    name: "a context that the kubeconfig has not",
    settings: { kubeContext: "production" },
    says: /kubeContext is production, which is no context of the kubeconfig, which has .*kubectl config get-contexts/,
  },
  {
    name: "a user without rights",
    change: async ({ users: [only] }) => {
      const token = await kubectl("create", "token", "default", "--namespace=default");
      if (only) only.user = { token: token.trim() };
    },
    says: /kubeconfig leads to a user who may not create namespaces, .*create deployments\.apps.*docs\/kubernetes\.md/,
  },
  {
    name: "a storage class that the cluster has not",
    settings: { storageClass: "fast" },
    says: /storageClass is fast, which the cluster has not: give one of its classes \(.+\)/,
  },
];

/** Writes the kubeconfig that a refusal is about into a folder; its path. */
export async function changedKubeconfig(
  path: string,
  { change }: Refusal,
  folder: string,
): Promise<string> {
  const config: Kubeconfig = parse(readFileSync(path, "utf8"));
  await change?.(config);
  const changed = join(folder, "changed-kubeconfig.yaml");
  writeFileSync(changed, stringify(config), { mode: 0o600 });
  return changed;
}
