import { readFileSync } from "node:fs";
import { execa } from "execa";
import { parse } from "yaml";
import { removeVolume } from "../cli/platform/swarm/volumes.ts";
import { engineApi } from "../components/orchestrator/swarm/engine-api.ts";

const namespaceLabel = "com.docker.stack.namespace";
const pollMilliseconds = 100;
const patienceMilliseconds = 300_000;

/** A Compose file, deployed by `docker stack deploy`: the peer. */
export class ComposeStack {
  readonly name = "bench";
  private readonly file: string;
  private readonly dockerHost: string;

  constructor(file: string, dockerHost: string) {
    this.file = file;
    this.dockerHost = dockerHost;
  }

  get serviceCount(): number {
    return Object.keys(parse(readFileSync(this.file, "utf8")).services).length;
  }

  /** Returns at once: who needs more waits for it. */
  async deploy(): Promise<void> {
    // The images are there by their digests; asking the registry, which is a part of the stack and
    // not up yet, would fail.
    await this.docker("stack", "deploy", "--resolve-image", "never", "-c", this.file, this.name);
  }

  /** Removes it with its volumes, and waits until its containers are gone. */
  async remove(): Promise<void> {
    await this.docker("stack", "rm", this.name);
    const engine = await engineApi(this.dockerHost);
    const filters = { label: [`${namespaceLabel}=${this.name}`] };
    const deadline = Date.now() + patienceMilliseconds;
    for (;;) {
      const containers = await engine.listContainers({ all: true, filters });
      const networks = await engine.listNetworks({ filters });
      if (containers.length === 0 && networks.length === 0) break;
      if (Date.now() > deadline) throw new Error(`the stack ${this.name} does not go away`);
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    }
    const { Volumes } = await engine.listVolumes({ filters });
    for (const { Name } of Volumes ?? []) await removeVolume({ name: Name, engine });
  }

  private async docker(...args: string[]): Promise<void> {
    await execa("docker", args, { env: { DOCKER_HOST: this.dockerHost } });
  }
}
