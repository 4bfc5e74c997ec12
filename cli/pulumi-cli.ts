import { execa } from "execa";
import { type Engine, ensureEngine } from "../engine/index.ts";
import { backendEnvironment, operationEnvironment, root, type StackFiles } from "./workspace.ts";

/** An operation on a stack, as `pulumi stack history` tells it; only the fields that are read here. */
export interface Operation {
  kind: string;
  result?: string;
  /** With the project's defaults; values are texts, lists and the like as JSON. */
  config: Record<string, { value?: string }>;
  resourceChanges?: Record<string, number>;
}

/** The Pulumi CLI, on one stack of this project. */
export class PulumiCli {
  private readonly files: StackFiles;
  private readonly environment: Record<string, string>;

  private constructor(
    engine: Engine,
    files: StackFiles,
    dockerHost: string | undefined,
    overrides: Record<string, string>,
  ) {
    this.files = files;
    this.environment = {
      ...engine.env,
      ...backendEnvironment(),
      ...operationEnvironment(),
      PULUMI_STACK: files.stack,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...(dockerHost ? { DOCKER_HOST: dockerHost } : {}),
      ...overrides,
    };
  }

  /**
   * Finds or builds the CLI; makes the stack if there is none of that name.
   *
   * @param overrides - Variables that come before all others.
   */
  static async open(
    files: StackFiles,
    dockerHost?: string,
    overrides: Record<string, string> = {},
  ): Promise<PulumiCli> {
    const engine = await ensureEngine({ log: console.log });
    const pulumi = new PulumiCli(engine, files, dockerHost, overrides);
    if (!(await pulumi.stackExists())) await pulumi.createStack();
    return pulumi;
  }

  /** Runs any command as the user gave it, on the stack's own configuration file. */
  async passOn(args: string[]): Promise<number> {
    const [operation = "", ...rest] = args;
    const operates = ["up", "preview", "refresh", "destroy", "import"].includes(operation);
    return operates ? this.operate(operation, ...rest) : this.run(...args);
  }

  /** What an update would do, as the JSON that Pulumi prints. */
  async readPreview(...args: string[]): Promise<string> {
    return this.readOperation("preview", "--json", ...args);
  }

  /** Runs a command on the stack's configuration file and gives what it printed. */
  async readOperation(operation: string, ...args: string[]): Promise<string> {
    return this.read(operation, ...this.operationOptions(), ...args);
  }

  /** Runs a command whose output the user sees; gives its exit code. */
  private async run(...args: string[]): Promise<number> {
    const { exitCode } = await execa("pulumi", args, {
      ...this.options(),
      stdio: "inherit",
      reject: false,
    });
    return exitCode ?? 1;
  }

  /** Runs a command on the stack's configuration file; gives its exit code. */
  async operate(operation: string, ...args: string[]): Promise<number> {
    return this.run(operation, ...this.operationOptions(), ...args);
  }

  /** Runs a command and gives what it printed. */
  async read(...args: string[]): Promise<string> {
    const { stdout } = await execa("pulumi", args, this.options());
    return stdout;
  }

  /** Whether the last update got as far as changing something in the cluster. */
  async lastUpdateTouchedCluster(): Promise<boolean> {
    const [last] = await this.history(1);
    const { create = 0, same, ...others } = last?.resourceChanges ?? {};
    const stackItself = 1;
    return create > stackItself || Object.keys(others).length > 0;
  }

  /** Whether the stack's state has anything in it. */
  async knowsResources(): Promise<boolean> {
    const exported = await this.read("stack", "export", "--stack", this.files.stack);
    const { deployment } = JSON.parse(exported);
    return (deployment?.resources ?? []).length > 0;
  }

  /** What was done to the stack, the newest first. */
  async history(count: number): Promise<Operation[]> {
    const options = ["--json", "--page-size", String(count)];
    return JSON.parse(await this.read("stack", "history", ...options));
  }

  private async stackExists(): Promise<boolean> {
    const { exitCode } = await execa(
      "pulumi",
      ["stack", "--stack", this.files.stack, "--show-name"],
      {
        ...this.options(),
        reject: false,
      },
    );
    return exitCode === 0;
  }

  private async createStack(): Promise<void> {
    this.files.prepareFolder();
    await execa("pulumi", ["stack", "init", this.files.stack, "--no-select", "--non-interactive"], {
      ...this.options(),
      cwd: this.files.folder,
      env: { ...this.environment, PULUMI_STACK: undefined },
    });
    console.log(`made the stack ${this.files.stack}`);
  }

  private operationOptions(): string[] {
    return ["--stack", this.files.stack, "--config-file", this.files.refresh()];
  }

  private options() {
    return { cwd: root, env: this.environment, preferLocal: false };
  }
}
