import { execFile } from "node:child_process";

export interface Outcome {
  code: number;
  /** Standard output. */
  out: string;
  /** Standard error. */
  err: string;
  seconds: number;
}

/** Runs a script of this project as a person would, and tells what came of it. */
export function script(file: string, ...args: string[]): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], (error, out, err) => {
      const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
      resolve({ code, out, err, seconds: (performance.now() - started) / 1000 });
    });
  });
}

/** Runs a script that must succeed; returns its standard output. */
export async function succeed(file: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await script(file, ...args);
  if (code !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${code}:\n${out}${err}`);
  return out;
}

/** `swarm ...` of the lab. */
export const lab = (...args: string[]): Promise<string> => succeed("lab/main.ts", "swarm", ...args);

/** @throws Error where the machine has a lab of this kind: the test would take it down in the end. */
export async function refuseExistingLab(kind: "swarm" | "kubernetes"): Promise<void> {
  const status = await succeed("lab/main.ts", kind, "status", "--json");
  if (JSON.parse(status) === null) return;
  throw new Error(`This machine has a ${kind} lab already, and this test would take it down.`);
}
