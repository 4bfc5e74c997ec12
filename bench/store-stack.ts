import { join } from "node:path";
import { execa } from "execa";
import { findVolumes, removeVolume } from "../cli/platform/swarm/volumes.ts";
import { PulumiCli } from "../cli/pulumi-cli.ts";
import { root, StackFiles } from "../cli/workspace.ts";

/** A stack of the store, through the code of the commands. */
export class StoreStack {
  private readonly files: StackFiles;
  private readonly dockerHost: string;

  constructor(stack: string, dockerHost: string) {
    this.files = new StackFiles(stack);
    this.dockerHost = dockerHost;
  }

  /** Name by which the stack's services are known in the Swarm. */
  get label(): string {
    return `ha-store-${this.files.stack}`;
  }

  /** `npm run COMMAND -- --stack STACK ARGS` */
  async command(command: string, ...args: string[]): Promise<void> {
    await execa(
      "node",
      [join(root, "cli", "bootstrap.mjs"), command, "--stack", this.files.stack, ...args],
      { cwd: root, env: { DOCKER_HOST: this.dockerHost } },
    );
  }

  /** The Pulumi operation alone, the engine found and everything else prepared. */
  async operation(name: string, ...args: string[]): Promise<() => Promise<unknown>> {
    const pulumi = await PulumiCli.open(this.files, this.dockerHost);
    return () => pulumi.readOperation(name, "--non-interactive", ...args);
  }

  /** Removes everything but the images and the registry's volume, which has them too. */
  async removeAllButImages(): Promise<void> {
    await this.command("down", "--yes", "--keep-data");
    const volumes = await findVolumes(this.dockerHost, this.label);
    for (const volume of volumes) {
      if (volume.name !== `${this.label}-registry`) await removeVolume(volume);
    }
  }
}
