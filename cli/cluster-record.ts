import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineApi } from "../components/orchestrator/swarm/engine-api.ts";
import { stackLabel } from "../components/orchestrator/swarm/names.ts";
import { serviceDigest } from "./service-digest.ts";
import { privateFolder } from "./workspace.ts";

type Services = Record<string, string>;

/**
 * What the cluster was asked for when Pulumi last looked at it: tells cheaply whether anybody changed
 * it by hand since, which Pulumi itself sees only by reading every resource.
 */
export class ClusterRecord {
  private readonly prefix: string;
  private readonly file: string;

  constructor(stack: string) {
    this.prefix = `ha-store-${stack}`;
    this.file = join(privateFolder, `cluster-${stack}.json`);
  }

  /** Names of services that were changed, added or removed; all where there is no record. */
  async changes(dockerHost: string): Promise<string[]> {
    const now = await this.read(dockerHost);
    const then: Services = existsSync(this.file) ? JSON.parse(readFileSync(this.file, "utf8")) : {};
    const names = new Set([...Object.keys(then), ...Object.keys(now)]);
    return [...names]
      .filter((name) => now[name] !== then[name])
      .map((name) => name.slice(this.prefix.length + 1))
      .sort();
  }

  async write(dockerHost: string): Promise<void> {
    writeFileSync(this.file, JSON.stringify(await this.read(dockerHost)));
  }

  forget(): void {
    rmSync(this.file, { force: true });
  }

  /** A digest of what each service was asked for. */
  private async read(dockerHost: string): Promise<Services> {
    const api = await engineApi(dockerHost);
    const filters = { label: [`${stackLabel}=${this.prefix}`] };
    const services = await api.listServices({ filters });
    return Object.fromEntries(
      services.flatMap(({ Spec }) => (Spec?.Name ? [[Spec.Name, serviceDigest(Spec)]] : [])),
    );
  }
}
