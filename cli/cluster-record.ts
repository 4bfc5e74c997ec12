import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Platform } from "./platform/platform.ts";
import { privateFolder } from "./workspace.ts";

/**
 * What the cluster was asked for when Pulumi last looked at it: tells cheaply whether anybody changed
 * it by hand since, which Pulumi itself sees only by reading every resource.
 */
export class ClusterRecord {
  private readonly file: string;

  constructor(stack: string) {
    this.file = join(privateFolder, `cluster-${stack}.json`);
  }

  /** Whether an `up` with this checkout's state has left one. */
  get exists(): boolean {
    return existsSync(this.file);
  }

  /** Names of workloads that were changed, added or removed; all where there is no record. */
  async changes(platform: Platform): Promise<string[]> {
    const now = await platform.digests();
    const then: typeof now = this.exists ? JSON.parse(readFileSync(this.file, "utf8")) : {};
    const names = new Set([...Object.keys(then), ...Object.keys(now)]);
    return [...names].filter((name) => now[name] !== then[name]).sort();
  }

  async write(platform: Platform): Promise<void> {
    writeFileSync(this.file, JSON.stringify(await platform.digests()));
  }

  forget(): void {
    rmSync(this.file, { force: true });
  }
}
