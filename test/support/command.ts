import { spawn } from "node:child_process";

/** How a command ended. */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  /** Standard output and standard error, as they came. */
  all: string;
  seconds: number;
}

export interface CommandOptions {
  cwd?: string;
  /** Added to the environment of the test. */
  env?: Record<string, string | undefined>;
}

/** Runs a command to its end, however it ends. */
export function attempt(
  program: string,
  args: string[],
  { cwd, env }: CommandOptions = {},
): Promise<CommandResult> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let all = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      all += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({
        exitCode: code ?? 1,
        stdout,
        all,
        seconds: (performance.now() - started) / 1000,
      });
    });
  });
}

/** Runs a command that must succeed. */
export async function succeed(
  program: string,
  args: string[],
  options?: CommandOptions,
): Promise<CommandResult> {
  const result = await attempt(program, args, options);
  if (result.exitCode !== 0) {
    throw new Error(`${program} ${args.join(" ")} ended with ${result.exitCode}:\n${result.all}`);
  }
  return result;
}
