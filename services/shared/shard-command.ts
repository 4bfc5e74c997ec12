import { parseArgs } from "node:util";
import { isNotYetThere } from "./database-errors.ts";
import { createLogger } from "./logger.ts";
import { SettingsError, SettingsReader } from "./settings.ts";
import { Shard } from "./shard.ts";
import type { BucketTable } from "./shard-copy.ts";
import { MoveProgress } from "./shard-progress.ts";
import { NotTheOnlyMover, Rebalance } from "./shard-rebalance.ts";
import { readShardSettings } from "./shard-settings.ts";
import { describeShards } from "./shard-status.ts";

// sysexits.h
const EXIT_USAGE = 64;
const EXIT_FAILED = 70;
const EXIT_TRY_AGAIN = 75;
const EXIT_CONFIGURATION = 78;

const USAGE = `usage: move-buckets.mjs status [--json]
       move-buckets.mjs rebalance [--without SHARD]...`;

/** The second program in the image of a sharded service: looks at its shards, or evens them out. */
export async function runShardCommand(service: string, tables: readonly BucketTable[]) {
  try {
    process.exitCode = await run(service, tables);
  } catch (error) {
    process.stderr.write(`${service}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof SettingsError) return EXIT_CONFIGURATION;
  const mayWorkLater = error instanceof NotTheOnlyMover || isNotYetThere(error);
  return mayWorkLater ? EXIT_TRY_AGAIN : EXIT_FAILED;
}

async function run(service: string, tables: readonly BucketTable[]): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      without: { type: "string", multiple: true, default: [] },
    },
  });
  const reader = new SettingsReader(process.env);
  const settings = readShardSettings(reader);
  reader.finish();
  const log = createLogger(service, "silent");
  const shards = settings.map((shard) => new Shard(shard, `${service}-buckets`, log));
  const [command] = positionals;
  if (command === "status") return await describeShards(service, shards, values.json);
  if (command !== "rebalance") {
    process.stderr.write(`${USAGE}\n`);
    return EXIT_USAGE;
  }
  const names = shards.map((shard) => shard.name);
  const unknown = values.without.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`--without ${unknown}: there is no such shard; there are ${names.join(", ")}`);
  }
  const staying = names.filter((name) => !values.without.includes(name));
  if (staying.length === 0) throw new Error("--without names all shards: leave at least one");
  const stopping = new AbortController();
  process.once("SIGTERM", () => stopping.abort());
  process.once("SIGINT", () => stopping.abort());
  const progress = new MoveProgress(service);
  const rebalance = new Rebalance(tables, staying, progress, stopping.signal);
  return (await rebalance.over(shards)) ? 0 : EXIT_TRY_AGAIN;
}
