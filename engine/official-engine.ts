import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { engineCache } from "./cache.ts";
import { CLI_VERSION, type Engine, engineEnvironment } from "./engine.ts";
import type { Attempt } from "./ensure.ts";
import { findExecutable } from "./path-engine.ts";

/** npm's package that fetches a release of the CLI into `$PULUMI_HOME/versions`. */
const wrapper = "pulumi@3.265.0";

/** Milliseconds until the release's own installer must have started: else there is no way to it. */
const reachableWithin = { hurried: 6_000, patient: 60_000 };

/** Milliseconds that fetching the release may take once its installer runs. */
const fetchedWithin = { hurried: 180_000, patient: 600_000 };

/** The official release, if an earlier run fetched it. */
export async function fetchedOfficialEngine(): Promise<Engine | undefined> {
  const binDir = path.join(home(), "versions", CLI_VERSION, "bin");
  for (const program of ["pulumi", "pulumi-language-nodejs"]) {
    if (!(await findExecutable(program, [binDir]))) return undefined;
  }
  return { source: "official", binDir, env: engineEnvironment(binDir), version: CLI_VERSION };
}

/**
 * Fetches the official release through npm. Gives up after seconds where it can't be reached.
 * @param options.patient wait longer: the user asked for this one only
 */
export async function fetchOfficialEngine(options: {
  log: (line: string) => void;
  patient: boolean;
}): Promise<Attempt> {
  const pace = options.patient ? "patient" : "hurried";
  await mkdir(home(), { recursive: true });
  const giveUp = new AbortController();
  const npm = execa("npm", ["exec", "--yes", `--package=${wrapper}`, "--", "pulumi", "version"], {
    cwd: home(),
    env: { PULUMI_HOME: home(), PULUMI_VERSION: CLI_VERSION, PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdin: "ignore",
    all: true,
    reject: false,
    // npm starts a shell that starts the wrapper: the group is what has to end.
    detached: true,
    cancelSignal: giveUp.signal,
    gracefulCancel: false,
    forceKillAfterDelay: 1_000,
  });
  const stop = () => {
    if (npm.pid) killGroup(npm.pid);
    giveUp.abort();
  };
  let limit = setTimeout(stop, reachableWithin[pace]);
  // The wrapper says "Downloading ..." itself; any line after that is of the release's installer.
  let lines = "";
  let installing = false;
  npm.all?.on("data", (text: Buffer) => {
    lines += text.toString();
    if (installing || !/Downloading pulumi[^\n]*\n\s*\S/.test(lines)) return;
    if (/^pulumi: /m.test(lines)) return;
    installing = true;
    options.log(`engine: fetching the official release ${CLI_VERSION} ...`);
    clearTimeout(limit);
    limit = setTimeout(stop, fetchedWithin[pace]);
  });
  const result = await npm;
  clearTimeout(limit);

  const engine = result.failed ? undefined : await fetchedOfficialEngine();
  if (engine) return { engine };
  // A half-written release must not be taken for a whole one by the next run.
  await rm(path.join(home(), "versions"), { recursive: true, force: true });
  return { unusable: reason(lines, result.isCanceled ? reachableWithin[pace] : undefined) };
}

function reason(output: string, timedOutAfter: number | undefined): string {
  if (timedOutAfter) return `no answer within ${timedOutAfter / 1000} s`;
  const last = output.trim().split("\n").at(-1);
  return last ? `could not be fetched (${last})` : "could not be fetched";
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const home = () => path.join(engineCache(), "official");
