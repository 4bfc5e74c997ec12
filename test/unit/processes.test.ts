import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, orphanedProviders } from "../../cli/processes.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "ha-store-processes-"));
const provider = join(folder, "pulumi-resource-fake");
symlinkSync(execFileSync("which", ["sleep"], { encoding: "utf8" }).trim(), provider);

const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) process.kill(pid, "SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a script that prints a process's id first. */
async function firstLine(script: string, env: NodeJS.ProcessEnv = {}): Promise<number> {
  const shell: ChildProcess = spawn("bash", ["-c", script], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const said = await new Promise<string>((resolve) =>
    shell.stdout?.once("data", (data: Buffer) => resolve(data.toString())),
  );
  if (shell.pid && /exec/.test(script)) started.push(shell.pid);
  return Number(said);
}

test("who runs is alive, who has ended is not, even before its parent has asked how", async () => {
  expect(isAlive(process.pid)).toBe(true);
  const zombie = await firstLine("sleep 0 & echo $!; exec sleep 60");
  await until("it is seen as gone", async () => !isAlive(zombie), 10);
  expect(existsSync(`/proc/${zombie}`)).toBe(true);
});

test("providers whose engine is gone are found, of the stack in question only", async () => {
  const stack = `stack-${process.pid}`;
  const script = `${provider} 60 > /dev/null & echo $!`;
  const pid = await firstLine(script, { PULUMI_STACK: stack });
  started.push(pid);
  await until(
    "it is found",
    async () => orphanedProviders(stack).some((found) => found.pid === pid),
    10,
  );
  expect(orphanedProviders(`${stack}-2`)).toEqual([]);
});

test("a provider whose engine is there is not among them", async () => {
  const stack = `working-${process.pid}`;
  const engine = join(folder, "pulumi");
  symlinkSync(execFileSync("which", ["bash"], { encoding: "utf8" }).trim(), engine);
  const script = `exec ${engine} -c '${provider} 60 > /dev/null & echo $!; wait'`;
  started.push(await firstLine(script, { PULUMI_STACK: stack }));
  expect(orphanedProviders(stack)).toEqual([]);
});
