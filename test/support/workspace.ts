import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { attempt, type CommandResult, succeed } from "./command.ts";

/** The checkout under test. */
export const root = resolve(__dirname, "../..");

const binFolder = join(root, "node_modules", ".bin");
const node = join(binFolder, "node");
const cli = join(root, "cli", "main.ts");

/** The project's commands, with a state of their own that goes with the test. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), "ha-store-test-"));

  /** What a command's environment adds to the test's own. */
  readonly environment = {
    HA_STORE_HOME: this.folder,
    PATH: `${binFolder}${delimiter}${process.env.PATH}`,
  };

  /** Runs `npm run COMMAND -- ARGS`, which must succeed. */
  run(command: string, ...args: string[]): Promise<CommandResult> {
    return succeed(node, [cli, command, ...args], { cwd: root, env: this.environment });
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
    return attempt(node, [cli, command, ...args], { cwd: root, env });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
