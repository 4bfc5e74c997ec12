import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { backendEnvironment, operationEnvironment, root } from "../cli/workspace.ts";
import { ensureEngine } from "../engine/index.ts";

/** A program in `bench/programs` as a stack; engine, loader and backend are those of the store. */
export class ProgramStack {
  private readonly project: string;
  private readonly folder: string;
  private readonly environment: Record<string, string>;

  private constructor(project: string, folder: string, environment: Record<string, string>) {
    this.project = project;
    this.folder = folder;
    this.environment = environment;
  }

  /** Makes the stack, whose configuration lives in `home`. */
  static async create(project: string, home: string): Promise<ProgramStack> {
    const { env } = await ensureEngine({ log: console.log });
    const folder = join(home, project);
    const stack = new ProgramStack(project, folder, {
      ...env,
      ...backendEnvironment(),
      ...operationEnvironment(),
      PULUMI_STACK: "bench",
    });
    // Made beside a copy of the project, because Pulumi writes the new stack's salt there.
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(stack.source, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    await execa("pulumi", ["stack", "init", "bench", "--no-select", "--non-interactive"], {
      cwd: folder,
      env: { ...stack.environment, PULUMI_STACK: undefined },
    });
    return stack;
  }

  /** Sets the whole configuration. */
  configure(settings: Record<string, string>): void {
    const config = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`${this.project}-bench:${key}`, value]),
    );
    // What else is in there is the salt, without which each operation would make one.
    const file = parse(readFileSync(this.configFile, "utf8"));
    writeFileSync(this.configFile, stringify({ ...file, config }));
  }

  async operate(operation: string, ...options: string[]): Promise<void> {
    await this.pulumi(operation, "--config-file", this.configFile, ...options);
  }

  /** The stack's state, secrets in plain text. */
  async export(): Promise<unknown> {
    return JSON.parse(await this.pulumi("stack", "export", "--show-secrets"));
  }

  private get source(): string {
    return join(root, "bench", "programs", this.project);
  }

  private get configFile(): string {
    return join(this.folder, "Pulumi.bench.yaml");
  }

  private async pulumi(...args: string[]): Promise<string> {
    const { stdout } = await execa("pulumi", [...args, "--non-interactive"], {
      cwd: this.source,
      env: this.environment,
    });
    return stdout;
  }
}
