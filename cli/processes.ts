import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A process of this machine, as Linux tells of it. */
interface Process {
  pid: number;
  /** The first 15 characters of its program's name. */
  name: string;
  state: string;
  parent: number;
}

/** One that has ended, and whose parent has not yet asked how, is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  return readProcess(pid)?.state !== "Z";
}

/**
 * Pulumi's providers that work on a stack and whose engine is gone: it starts them in process groups of
 * their own, so they outlive it when it is killed.
 *
 * @returns none where there is no `/proc`
 */
export function orphanedProviders(stack: string): Process[] {
  if (!existsSync("/proc/self/stat")) return [];
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => readProcess(Number(entry)) ?? [])
    .filter(({ name }) => name === "pulumi-resource")
    .filter(({ pid }) => environmentOf(pid).includes(`PULUMI_STACK=${stack}`))
    .filter(({ parent }) => readProcess(parent)?.name !== "pulumi");
}

/** By `proc_pid_stat(5)`; a name may have any character in it. */
function readProcess(pid: number): Process | undefined {
  const [, name, state, parent] =
    /^\d+ \((.*)\) (\S) (\d+) /s.exec(readIfThere(`/proc/${pid}/stat`)) ?? [];
  return name && state ? { pid, name, state, parent: Number(parent) } : undefined;
}

function environmentOf(pid: number): string[] {
  return readIfThere(`/proc/${pid}/environ`).split("\0");
}

/** Processes end while they are looked at, and others' are nobody's business. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
