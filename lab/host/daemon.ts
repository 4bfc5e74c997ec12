import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createGroup } from "./cgroup.ts";

/** Joins each control group named before `--`, then becomes the command after it. */
const joinAndBecome =
  'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs" || exit; shift; done; shift; exec "$@"';

/** The arguments of `sh` that run a command inside a control group. */
export async function inGroup(group: string, command: string[]): Promise<string[]> {
  return ["-c", joinAndBecome, "lab", ...(await createGroup(group)), "--", ...command];
}

/**
 * Starts a program that outlives this process: in a session of its own, in the given control group,
 * its output in a log file.
 * @param talks whether standard input and output are pipes, for a handshake before it goes on alone
 */
export async function startDaemon(
  group: string,
  logFile: string,
  command: string[],
  talks = false,
): Promise<ChildProcess> {
  const log = openSync(logFile, "a");
  const daemon = spawn("sh", await inGroup(group, command), {
    detached: true,
    stdio: talks ? ["pipe", "pipe", log] : ["ignore", log, log],
  });
  closeSync(log);
  daemon.on("error", () => {});
  daemon.unref();
  return daemon;
}
