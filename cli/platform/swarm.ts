import { engineApi } from "../../components/orchestrator/swarm/engine-api.ts";
import { runClusterJob } from "../cluster-job.ts";
import { stackServices } from "../cluster-services.ts";
import type { ClusterCommand, Platform } from "./platform.ts";

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
    return stackServices(await engineApi(this.dockerHost), this.stack);
  }

  run(command: ClusterCommand): Promise<number> {
    return runClusterJob(this.dockerHost, command);
  }

  /** All nodes that are up: what is published is on each. */
  async hostsOf(): Promise<string[]> {
    const api = await engineApi(this.dockerHost);
    const nodes: { Status: { State: string; Addr: string } }[] = await api.listNodes();
    return nodes
      .filter(({ Status }) => Status.State === "ready")
      .map(({ Status }) => Status.Addr)
      .toSorted();
  }
}
