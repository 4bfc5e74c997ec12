import { join } from "node:path";
import { StoreFacts } from "../load/facts.ts";
import { Load } from "../load/load.ts";
import type { Mix } from "../load/mix.ts";
import { progressLine, summary, verdictLines } from "../load/report.ts";
import { lookBefore, verify } from "../load/verify.ts";
import { clusterQuery } from "./cluster-query.ts";
import { openPlatform } from "./platform/platform.ts";
import { storeAddresses } from "./store-addresses.ts";
import { storeDatabases } from "./store-databases.ts";
import { privateFolder } from "./workspace.ts";

/** What the user asked for. */
export interface LoadOptions {
  stack: string;
  rate: number;
  /** In seconds. */
  duration: number;
  mix: Mix;
  seed: number;
  address?: string[];
  ledger?: string;
}

const progressMilliseconds = 5_000;

/** @returns the command's exit code */
export async function runLoad(options: LoadOptions): Promise<number> {
  const platform = await openPlatform(options.stack);
  const services = await platform.services();
  const facts = new StoreFacts(clusterQuery(platform, services), storeDatabases(services));
  const ledgerFile = options.ledger ?? defaultLedger(options.stack);
  const edges = options.address ?? (await storeAddresses(platform, services));
  console.log(`the store is at ${edges.join(" ")}\nlooking at its books ...`);
  const before = await lookBefore(facts);
  const load = new Load({ ...options, edges, ledgerFile });
  console.log(`registering customers; acknowledged orders go to ${ledgerFile}`);
  await load.start();
  await watch(load, options.duration);
  console.log("no more journeys begin; waiting for those under way ...");
  const figures = await load.stop();
  console.log("comparing the books ...");
  const verdict = await verify(load.ledger.entries, load.buyers, before, facts);
  await load.close();
  const { entries } = load.ledger;
  console.log(
    ["", ...summary(figures, entries), ...verdictLines(verdict, entries.length)].join("\n"),
  );
  return figures.failed + figures.journeys.failed + verdict.problems.length > 0 ? 1 : 0;
}

/** Prints progress until the time is up or the user has had enough. */
async function watch(load: Load, seconds: number): Promise<void> {
  let before = load.figures;
  const timer = setInterval(() => {
    console.log(progressLine(load, before));
    before = load.figures;
  }, progressMilliseconds);
  await new Promise<void>((resolve) => {
    const end = setTimeout(resolve, seconds * 1000);
    process.once("SIGINT", () => {
      clearTimeout(end);
      resolve();
    });
  });
  clearInterval(timer);
}

function defaultLedger(stack: string): string {
  const moment = new Date().toISOString().replace(/[:.]/g, "-");
  return join(privateFolder, "load", `${stack}-${moment}.jsonl`);
}
