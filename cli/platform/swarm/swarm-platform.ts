import type Dockerode from "dockerode";
import { engineApi } from "../../../components/orchestrator/swarm/engine-api.ts";
import type { ClusterCommand, Platform, StackService, StackVolume } from "../platform.ts";
import type { SpreadWorkload } from "../spread.ts";
import { runClusterJob } from "./job.ts";
import { leavingTasks, nodeOf, scaleService, stopService } from "./scale.ts";
import { serviceDigest } from "./service-digest.ts";
import { labelledServices, stackServices } from "./services.ts";
import { spreadServices } from "./spread.ts";

/** A stack of a Swarm; commands are one-off jobs made after its services. */
export class SwarmPlatform implements Platform {
  /** A manager's engine. */
  readonly dockerHost: string;
  private readonly stack: string;

  constructor(stack: string, dockerHost: string) {
    this.stack = stack;
    this.dockerHost = dockerHost;
  }

  async services() {
    return stackServices(await this.api(), this.stack);
  }

  run(command: ClusterCommand): Promise<number> {
    return runClusterJob(this.dockerHost, command);
  }

  async digests(): Promise<Record<string, string>> {
    const { prefix } = this;
    const services = await labelledServices(await this.api(), prefix);
    return Object.fromEntries(
      services.map(({ Spec }) => [Spec.Name.slice(prefix.length + 1), serviceDigest(Spec)]),
    );
  }

  /** All nodes that are up: what is published is on each. */
  async hostsOf(): Promise<string[]> {
    const nodes: { Status: { State: string; Addr: string } }[] = await (
      await this.api()
    ).listNodes();
    return nodes
      .filter(({ Status }) => Status.State === "ready")
      .map(({ Status }) => Status.Addr)
      .toSorted();
  }

  async leaving(): Promise<number> {
    const services = await this.services();
    return leavingTasks(
      await this.api(),
      services.map(({ physicalName }) => physicalName),
    );
  }

  async nodeOf({ physicalName }: StackService): Promise<string | undefined> {
    return nodeOf(await this.api(), physicalName);
  }

  async stop(services: readonly StackService[]): Promise<void> {
    const api = await this.api();
    await Promise.all(services.map(({ physicalName }) => stopService(api, physicalName)));
  }

  async start(services: readonly StackService[]): Promise<void> {
    const api = await this.api();
    for (const { physicalName } of services) await scaleService(api, physicalName, 1);
  }

  async spreadWorkloads(): Promise<SpreadWorkload[]> {
    return spreadServices(await this.api(), this.prefix);
  }

  async volumes(): Promise<StackVolume[]> {
    const { prefix } = this;
    // Knows of the lab, whose hosts are all asked; few commands need that.
    const { findVolumes, removeVolume } = await import("./volumes.ts");
    const volumes = await findVolumes(this.dockerHost, prefix);
    return volumes.map((volume) => ({
      name: volume.name,
      workload: volume.name.slice(prefix.length + 1),
      remove: () => removeVolume(volume),
    }));
  }

  private get prefix(): string {
    return `ha-store-${this.stack}`;
  }

  private api(): Promise<Dockerode> {
    return engineApi(this.dockerHost);
  }
}
