import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { root } from "../cli/workspace.ts";
import { installPrograms } from "./programs.ts";

/**
 * `npm test`: the static checks, then every suite, quick ones first. Ends with one line that counts
 * them all. Arguments are suite names (`npm test -- unit stack`).
 */
const usualSuites = ["unit", "services", "stack", "e2e"];
/**
 * Only when asked for. The Kubernetes lab takes minutes, and ten more where its programs have to be
 * built. The faults take the machine to themselves for twenty minutes and are held against times.
 */
const suites = [...usualSuites, "kubernetes", "faults"];

interface Tally {
  passed: number;
  failed: number;
}

const chosen = process.argv.slice(2).filter((name) => suites.includes(name));
const checks = chosen.length > 0 ? [] : [check("lint"), check("typecheck")];
const tallies: Tally[] = [];
for (const run of checks) tallies.push(await run());
for (const suite of chosen.length > 0 ? chosen : usualSuites) tallies.push(await runSuite(suite));

const sum = (key: keyof Tally) => tallies.reduce((total, tally) => total + tally[key], 0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") > 0 || sum("passed") === 0 ? 1 : 0;

function check(script: string): () => Promise<Tally> {
  return async () => {
    const started = Date.now();
    const { exitCode } = await execa("npm", ["run", "--silent", script], {
      cwd: root,
      stdio: "inherit",
      reject: false,
    });
    console.log(`${script}: ${exitCode === 0 ? "ok" : "FAILED"} (${seconds(started)})`);
    return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  };
}

async function runSuite(suite: string): Promise<Tally> {
  const started = Date.now();
  console.log(`\n== ${suite}`);
  // A suite that lacks a program says so test by test, and the other suites still run.
  await installPrograms(suite).catch((error: unknown) => console.error(error));
  const results = join(tmpdir(), `ha-store-${suite}-${process.pid}.json`);
  // One file at a time where a suite has a cluster of its own: two would fight over two cores.
  await execa(
    "jest",
    ["--selectProjects", suite, "--json", `--outputFile=${results}`, "--runInBand", "--verbose"],
    { cwd: root, stdio: "inherit", reject: false, preferLocal: true },
  );
  console.log(`${suite}: ${seconds(started)}`);
  return readTally(results, suite);
}

/** A suite that wrote no results, or had no test, failed. */
function readTally(file: string, suite: string): Tally {
  try {
    const report = JSON.parse(readFileSync(file, "utf8"));
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    return {
      passed: report.numPassedTests,
      failed: report.numTotalTests > 0 ? failed : failed + 1,
    };
  } catch {
    console.error(`${suite}: jest wrote no results`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(file, { force: true });
  }
}

function seconds(started: number): string {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}
