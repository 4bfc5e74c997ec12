import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { until } from "./until.ts";

const KILL_AFTER_MS = 10_000;
/** Of what a program wrote: a benchmark's servers write a line for each of a million answers. */
const KEPT_OUTPUT = 64 * 1024 * 1024;

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** A started program with what it wrote: all of it, but for very long outputs' beginnings. */
export interface Running {
  process: ChildProcess;
  output: () => string;
  /** The exit code, or the signal's name. */
  exited: Promise<number | string>;
}

export interface StartOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** In a process group of its own, so that signals reach also what it starts. */
  detached?: boolean;
}

export function start(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): Running {
  const child = spawn(command, args, {
    ...options,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    if (output.length > 2 * KEPT_OUTPUT) output = output.slice(-KEPT_OUTPUT);
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const exited = once(child, "close").then(([code, signal]) => code ?? signal);
  exited.catch(() => undefined);
  return { process: child, output: () => output, exited };
}

/** Runs a program to its end. @throws Error with its output unless it exits with 0. */
export async function run(command: string, args: readonly string[], options?: StartOptions) {
  const running = start(command, args, options);
  const code = await running.exited;
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${running.output()}`);
  return running.output();
}

/** Ends a program by its process id: politely at first. */
export async function stop(running: Running, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  const { process: child } = running;
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await running.exited.finally(() => clearTimeout(late));
}

/** Waits for what a program writes: log lines come a moment after what they tell. */
export async function untilWritten({ output }: Pick<Running, "output">, text: string) {
  await until(`"${text}" to be written`, () => output().includes(text));
}
