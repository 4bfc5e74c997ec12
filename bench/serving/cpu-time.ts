import { readdir, readFile } from "node:fs/promises";
import { run } from "../../lab/host/command.ts";

interface ProcessTime {
  parent: number;
  /** Of the process and of its children that have ended, in clock ticks. */
  ticks: number;
}

let ticksPerSecond: number | undefined;

/** Processor time that processes and everything below them have used so far, in seconds. */
export async function cpuSeconds(roots: readonly number[]): Promise<number> {
  ticksPerSecond ??= Number(await run("getconf", "CLK_TCK"));
  const processes = await readProcesses();
  const counted = new Set<number>();
  const pending = [...roots];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    if (counted.has(pid)) continue;
    counted.add(pid);
    for (const [child, { parent }] of processes) if (parent === pid) pending.push(child);
  }
  const ticks = [...counted].reduce((sum, pid) => sum + (processes.get(pid)?.ticks ?? 0), 0);
  return ticks / ticksPerSecond;
}

async function readProcesses(): Promise<Map<number, ProcessTime>> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(
    pids.map(async (pid): Promise<[number, ProcessTime][]> => {
      // One that has just ended counts with its parent.
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
      return stat === undefined ? [] : [[Number(pid), parse(stat)]];
    }),
  );
  return new Map(entries.flat());
}

function parse(stat: string): ProcessTime {
  // The program's name, in brackets, may itself have spaces and brackets in it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [, parent] = fields;
  const times = fields.slice(11, 15).map(Number);
  return { parent: Number(parent), ticks: times.reduce((sum, ticks) => sum + ticks, 0) };
}
