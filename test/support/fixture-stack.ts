import { appendFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, type CommandResult } from "./command.ts";
import { engineEnvironment } from "./engine.ts";
import { root, Workspace } from "./workspace.ts";

/** How many resources an update touched, by what was done to them. */
export type ChangeSummary = Partial<
  Record<"create" | "update" | "delete" | "replace" | "same", number>
>;

/** The outcome of one `pulumi up`. */
export interface UpdateResult {
  exitCode: number;
  output: string;
  changes: ChangeSummary;
  seconds: number;
}

/** The fixture program as a stack of the real engine, on a file backend of its own. */
export class FixtureStack {
  private readonly workspace = new Workspace();
  private readonly program = join(root, "test", "stack", "fixture");
  private environment: Record<string, string> = {};
  private readonly config: Record<string, string>;

  constructor(config: Record<string, string>) {
    this.config = config;
  }

  /** Folder with the build context of the service's image; a test changes files in it. */
  get imageContext(): string {
    return join(this.workspace.folder, "image");
  }

  async create(): Promise<void> {
    const state = join(this.workspace.folder, "state");
    mkdirSync(state);
    this.environment = {
      ...this.workspace.environment,
      ...(await engineEnvironment()),
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "fixture",
    };
    this.useImage("good");
    this.writeConfig();
    await this.pulumi("stack", "init", "test", "--no-select");
  }

  /** Puts another version of the service into its build context; `addition` makes it a new one. */
  useImage(variant: "good" | "crashing" | "ending" | "unhealthy", addition = ""): void {
    cpSync(join(this.program, "images", variant), this.imageContext, { recursive: true });
    appendFileSync(join(this.imageContext, "serve"), addition);
  }

  set(key: string, value: string): void {
    this.config[key] = value;
    this.writeConfig();
  }

  async up(...options: string[]): Promise<UpdateResult> {
    const result = await this.attempt("up", "--yes", "--skip-preview", ...options);
    const [last] = JSON.parse((await this.pulumi("stack", "history", "--json")) || "[]");
    return {
      exitCode: result.exitCode,
      output: result.all,
      seconds: result.seconds,
      changes: last?.resourceChanges ?? {},
    };
  }

  async refresh(): Promise<void> {
    await this.pulumi("refresh", "--yes", "--skip-preview", ...this.configFile());
  }

  async preview(): Promise<string> {
    return this.pulumi("preview", "--diff", ...this.configFile());
  }

  async export(...options: string[]): Promise<string> {
    return this.pulumi("stack", "export", ...options);
  }

  async output(name: string): Promise<string> {
    return (await this.pulumi("stack", "output", name, "--show-secrets")).trim();
  }

  /** Removes everything, the stack's own files too. */
  async destroy(): Promise<void> {
    await this.pulumi("destroy", "--yes", "--skip-preview", ...this.configFile());
  }

  remove(): void {
    this.workspace.remove();
  }

  private async pulumi(...args: string[]): Promise<string> {
    const result = await this.attempt(...args);
    if (result.exitCode !== 0) {
      throw new Error(`pulumi ${args.join(" ")} exited with ${result.exitCode}:\n${result.all}`);
    }
    return result.stdout;
  }

  private attempt(...args: string[]): Promise<CommandResult> {
    const withConfig = args[0] === "up" ? [...args, ...this.configFile()] : args;
    return attempt("pulumi", [...withConfig, "--non-interactive"], {
      cwd: this.program,
      env: { ...this.environment, PULUMI_STACK: "test" },
    });
  }

  private configFile(): string[] {
    return ["--config-file", join(this.workspace.folder, "Pulumi.test.yaml")];
  }

  private writeConfig(): void {
    const entries = { imageContext: this.imageContext, ...this.config };
    const lines = Object.entries(entries).map(
      ([key, value]) => `  swarm-fixture:${key}: ${JSON.stringify(value)}`,
    );
    writeFileSync(
      join(this.workspace.folder, "Pulumi.test.yaml"),
      `config:\n${lines.join("\n")}\n`,
    );
  }
}
