import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { attempt, type CommandResult, succeed } from "../../support/command.ts";
import { engineEnvironment } from "../../support/engine.ts";
import { type Running, start } from "../../support/processes.ts";
import { root } from "../../support/workspace.ts";

/** A small Pulumi project in a folder and on a file backend of its own, run by the real engine. */
export class EngineProject {
  readonly folder: string;
  private readonly environment: Record<string, string>;

  private constructor(folder: string, environment: Record<string, string>) {
    this.folder = folder;
    this.environment = environment;
  }

  /** @param options what `runtime.options` says in `Pulumi.yaml` */
  static async create(options: Record<string, unknown> = {}): Promise<EngineProject> {
    const engine = await engineEnvironment();
    const folder = mkdtempSync(join(tmpdir(), "ha-store-engine-"));
    const project = new EngineProject(folder, {
      ...engine,
      PATH: `${engine.PATH}${delimiter}${dirname(process.execPath)}`,
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "engine test",
      PULUMI_STACK: "dev",
    });
    mkdirSync(join(folder, "state"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    project.write("package.json", JSON.stringify({ name: "proof", main: "index.cjs" }));
    project.write("tsconfig.json", JSON.stringify({ compilerOptions: { types: ["node"] } }));
    const runtime = { name: "nodejs", options: { typescript: false, ...options } };
    project.write("Pulumi.yaml", JSON.stringify({ name: "proof", runtime }));
    await project.pulumi("stack", "init", "dev", "--no-select");
    return project;
  }

  write(file: string, content: string): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** Replaces the program: CommonJS, with `pulumi` and `random` at hand. */
  program(code: string): void {
    const imports = ["pulumi", "random"].map(
      (name) => `const ${name} = require("@pulumi/${name}");`,
    );
    this.write("index.cjs", `${imports.join("\n")}\n${code}\n`);
  }

  has(file: string): boolean {
    return existsSync(join(this.folder, file));
  }

  /** Runs `pulumi ARGS`, which must succeed. */
  pulumi(...args: string[]): Promise<CommandResult> {
    return succeed("pulumi", args, this.options());
  }

  /** The same, however it ends. */
  attempt(...args: string[]): Promise<CommandResult> {
    return attempt("pulumi", args, this.options());
  }

  up(): Promise<CommandResult> {
    return this.attempt("up", "--yes", "--skip-preview", "--non-interactive");
  }

  startUp(): Running {
    const args = ["up", "--yes", "--skip-preview", "--non-interactive"];
    const { cwd, env } = this.options();
    return start("pulumi", args, { cwd, env: { ...inherited(), ...env } });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private options() {
    return { cwd: this.folder, env: this.environment };
  }
}

function inherited(): Record<string, string> {
  const defined = Object.entries(process.env).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Record<string, string>;
}
