import { readFile } from "node:fs/promises";
import { execa } from "execa";

/** Runs a program of the host and returns what it printed; fails with its error text. */
export async function run(program: string, ...args: string[]): Promise<string> {
  const result = await execa(program, args, { reject: false, stdin: "ignore" });
  if (result.failed) {
    const reason = result.stderr || result.shortMessage;
    throw new Error(`${program} ${args.join(" ")}: ${reason}`);
  }
  return result.stdout;
}

/** Runs a program whose failure is an answer. */
export async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  return !(await execa(program, args, { reject: false, stdio: "ignore" })).failed;
}

/** Whether a program is on the PATH. */
export const hasProgram = (name: string): Promise<boolean> =>
  succeeds("sh", "-c", 'command -v "$0"', name);

/** The last lines of a log, indented, to end an error message with. */
export async function logTail(file: string, lines = 12): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  const tail = text.trimEnd().split("\n").slice(-lines);
  return `\n${file}:\n${tail.map((line) => `  ${line}`).join("\n")}`;
}
