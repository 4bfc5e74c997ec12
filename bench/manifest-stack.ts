import { readdirSync } from "node:fs";
import { join } from "node:path";
import { kubectl } from "../lab/index.ts";

const workloadFile = /^apps_v1-(deployment|statefulset|daemonset)-ha-store-\w+-(.+)\.yaml$/;

/** Rendered manifests, applied by `kubectl`: the peer. */
export class ManifestStack {
  private readonly folder: string;
  private readonly namespace: string;

  /** @param folder - What `npm run render -- --with-secrets` wrote. */
  constructor(folder: string, namespace: string) {
    this.folder = folder;
    this.namespace = namespace;
  }

  /** How many workloads it has. */
  get workloads(): number {
    return this.targets.length;
  }

  /** Returns when all workloads are rolled out. */
  async apply(): Promise<void> {
    const namespaces = this.files.filter((file) => file.startsWith("v1-namespace-"));
    for (const file of namespaces) await this.applyPath(join("manifests", file));
    await this.applyPath("secrets");
    await this.applyPath("manifests");
    const wait = ["rollout", "status", `--namespace=${this.namespace}`, "--timeout=15m"];
    await Promise.all(this.targets.map((target) => kubectl([...wait, target])));
  }

  /** Removes it with its volumes' claims, and waits until it is gone. */
  async remove(): Promise<void> {
    await kubectl(["delete", "-f", join(this.folder, "manifests"), "--wait", "--timeout=10m"]);
  }

  private get files(): string[] {
    return readdirSync(join(this.folder, "manifests"));
  }

  /** `kind/name` of every workload. */
  private get targets(): string[] {
    return this.files.flatMap((file) => {
      const [, kind, name] = workloadFile.exec(file) ?? [];
      return kind && name ? [`${kind}/${name}`] : [];
    });
  }

  private async applyPath(path: string): Promise<void> {
    await kubectl(["apply", "--server-side", "-f", join(this.folder, path)]);
  }
}
