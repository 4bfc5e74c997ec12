import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { attempt, type CommandResult, succeed } from "./command.ts";

/** The checkout under test. */
export const root = resolve(__dirname, "../..");

const binFolder = join(root, "node_modules", ".bin");
const node = join(binFolder, "node");

/** For an operator's commands, which run on a machine of their own, not on one that the store needs. */
export const besideTheStore = 10;

export interface WorkspaceOptions {
  /** Whose commands. @default the checkout under test */
  checkout?: string;
  /** Where their state is kept. @default a new folder */
  folder?: string;
  /** What others on this machine go before them by, 0 to 19. @default 0 */
  niceness?: number;
}

/** The project's commands, with a state of their own that goes with the test. */
export class Workspace {
  readonly folder: string;
  /** What a command's environment adds to the test's own. */
  readonly environment: { HA_STORE_HOME: string; PATH: string };
  private readonly checkout: string;
  private readonly niceness: number;

  constructor({
    checkout = root,
    folder = mkdtempSync(join(tmpdir(), "ha-store-test-")),
    niceness = 0,
  }: WorkspaceOptions = {}) {
    this.checkout = checkout;
    this.folder = folder;
    this.niceness = niceness;
    this.environment = {
      HA_STORE_HOME: folder,
      PATH: `${binFolder}${delimiter}${process.env.PATH}`,
    };
  }

  /** The commands of another checkout on the same state. */
  of(checkout: string): Workspace {
    return new Workspace({ checkout, folder: this.folder, niceness: this.niceness });
  }

  /** Runs `npm run COMMAND -- ARGS`, which must succeed. */
  run(command: string, ...args: string[]): Promise<CommandResult> {
    const line = this.commandLine(command, args);
    return succeed("nice", line, { cwd: this.checkout, env: this.environment });
  }

  /** The same, however it ends. */
  attempt(command: string, ...args: string[]): Promise<CommandResult> {
    return this.attemptWith({}, command, ...args);
  }

  /** The same, with something added to the environment. */
  attemptWith(
    environment: Record<string, string>,
    command: string,
    ...args: string[]
  ): Promise<CommandResult> {
    const env = { ...this.environment, ...environment };
    return attempt("nice", this.commandLine(command, args), { cwd: this.checkout, env });
  }

  /**
   * Begins a command, and sends it and whatever it started a signal after so many seconds.
   * @returns whether it was still running then
   */
  async interrupt(
    signal: NodeJS.Signals,
    seconds: number,
    command: string,
    ...args: string[]
  ): Promise<boolean> {
    const child = spawn("nice", this.commandLine(command, args), {
      cwd: this.checkout,
      env: { ...process.env, ...this.environment },
      stdio: "ignore",
      detached: true,
    });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    let running = false;
    const timer = setTimeout(() => {
      running = process.kill(-(child.pid ?? 0), signal);
    }, seconds * 1000);
    await ended;
    clearTimeout(timer);
    return running;
  }

  /** What `nice` is given. */
  private commandLine(command: string, args: string[]): string[] {
    const cli = join(this.checkout, "cli", "main.ts");
    return ["-n", String(this.niceness), node, cli, command, ...args];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
