import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../lab/host/command.ts";
import { cpuSeconds } from "./cpu-time.ts";

/** What is asked for, in turn, and of whom. */
export interface Target {
  origin: string;
  requests: readonly WantedRequest[];
  headers?: Record<string, string>;
  /** Everything that works for the answer: its processor time is counted, children included. */
  processes: readonly number[];
}

export interface WantedRequest {
  path: string;
  /** Sent by POST. @default GET */
  body?: string;
}

/** What a server can do at most. */
export interface Capacity {
  perSecond: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  /** Of all processes together, for one request. */
  cpuMilliseconds: number;
}

export interface Load {
  connections: number;
  seconds: number;
  /** Where the file with the requests may be put. */
  folder: string;
}

interface Report {
  requests: number;
  microseconds: number;
  p50: number;
  p99: number;
  refused: number;
  broken: number;
}

/**
 * Keeps so many connections busy, each with one request at a time.
 * @throws Error when any request failed: the rest would measure something else.
 */
export async function saturate(target: Target, load: Load): Promise<Capacity> {
  const file = join(load.folder, "requests.tsv");
  const lines = target.requests.map(({ path, body }) =>
    [body === undefined ? "GET" : "POST", path, body ?? ""].join("\t"),
  );
  await writeFile(file, `${lines.join("\n")}\n`);
  const headers = Object.entries(target.headers ?? {});
  const before = await cpuSeconds(target.processes);
  const output = await run(
    "wrk",
    ...["--threads", "1", "--connections", String(load.connections)],
    ...["--duration", `${load.seconds}s`, "--timeout", "20s"],
    ...["--script", join(import.meta.dirname, "requests.lua")],
    ...headers.flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    ...[target.origin, "--", file],
  );
  const used = (await cpuSeconds(target.processes)) - before;
  const report: Report = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "");
  const { requests, refused, broken } = report;
  if (requests === 0 || refused > 0 || broken > 0) {
    const [first] = target.requests;
    throw new Error(
      `${target.origin}${first?.path}: of ${requests} requests ${refused} were refused and ${broken} broke off`,
    );
  }
  return {
    perSecond: requests / (report.microseconds / 1e6),
    p50Milliseconds: report.p50 / 1_000,
    p99Milliseconds: report.p99 / 1_000,
    cpuMilliseconds: (used * 1_000) / requests,
  };
}
