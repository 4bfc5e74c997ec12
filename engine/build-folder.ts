import { cp, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { EngineError } from "./errors.ts";

/**
 * What every program is built with: only what `go.sum` vouches for, and the same result whether or
 * not the machine has a C compiler or the checkout a history.
 */
export const buildFlags = ["-mod=readonly", "-trimpath", "-buildvcs=false"];
const environment = { CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };

/** A copy of a program's sources that may be completed and built, outside the checkout. */
export class BuildFolder {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  /** Makes the folder anew: what an interrupted build left there is not trusted. */
  static async create(folder: string, sources: string): Promise<BuildFolder> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(path.dirname(folder), { recursive: true });
    await cp(sources, folder, { recursive: true });
    return new BuildFolder(folder);
  }

  /** Where a required module's files are; downloads them and checks them against `go.sum`. */
  async moduleFolder(module: string): Promise<string> {
    const answer = JSON.parse(await this.go("mod", "download", "-json", module)) as {
      Dir?: string;
      Error?: string;
    };
    if (!answer.Dir) throw new EngineError(`${module}: ${answer.Error ?? "not downloaded"}`);
    return answer.Dir;
  }

  /** Builds a Go package into a file. */
  async build(pkg: string, output: string, variables: Record<string, string> = {}): Promise<void> {
    const assignments = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
    const linker = ["-s", "-w", ...assignments].join(" ");
    await this.go("build", ...buildFlags, `-ldflags=${linker}`, "-o", output, pkg);
  }

  /** Runs `go` in the folder and returns what it printed. */
  async go(...args: string[]): Promise<string> {
    return this.run("go", ...args);
  }

  /** Runs a program in the folder and returns what it printed. */
  async run(program: string, ...args: string[]): Promise<string> {
    const result = await execa(program, args, {
      cwd: this.path,
      env: environment,
      stdin: "ignore",
      reject: false,
    });
    if (!result.failed) return result.stdout;
    const detail = lastLines(result.stderr || result.stdout || "", 15);
    throw new EngineError(
      `${path.basename(program)} ${args[0]}: ${result.shortMessage}\n${detail}`,
    );
  }
}

const lastLines = (text: string, count: number) =>
  text.trimEnd().split("\n").slice(-count).join("\n");
