import { parseArgs } from "node:util";
import type { Session } from "./database.ts";
import { isNotYetThere } from "./database-errors.ts";
import { createLogger } from "./logger.ts";
import { SettingsError, SettingsReader } from "./settings.ts";
import { Shard } from "./shard.ts";
import { type BucketTable, checkTables } from "./shard-copy.ts";
import { BucketMover } from "./shard-mover.ts";
import { planMoves } from "./shard-plan.ts";
import { MoveProgress } from "./shard-progress.ts";
import * as records from "./shard-records.ts";
import { MOVER_LOCK } from "./shard-schema.ts";
import { withSessions } from "./shard-sessions.ts";
import { readShardSettings } from "./shard-settings.ts";
import { describeShards } from "./shard-status.ts";
import { pause } from "./wait.ts";

// sysexits.h
const EXIT_USAGE = 64;
const EXIT_FAILED = 70;
const EXIT_TRY_AGAIN = 75;
const EXIT_CONFIGURATION = 78;

const LOCK_WAIT = "2s";
const ROUNDS = 20;
const ROUND_PAUSE_MS = 1_000;

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
  return isNotYetThere(error) ? EXIT_TRY_AGAIN : EXIT_FAILED;
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
  return await withSessions(shards, (opened) => {
    const sessions = new Map([...opened].map(([shard, session]) => [shard.name, session]));
    return rebalance(service, tables, sessions, staying);
  });
}

async function rebalance(
  service: string,
  tables: readonly BucketTable[],
  sessions: ReadonlyMap<string, Session>,
  staying: readonly string[],
): Promise<number> {
  for (const session of sessions.values()) {
    await session.execute("SET TIME ZONE 'UTC'");
    if (await becomeOnlyMover(session)) continue;
    process.stderr.write(`${service}: another run moves buckets already; nothing was done\n`);
    return EXIT_TRY_AGAIN;
  }
  await requireSchemas(sessions);
  await checkTables(sessions, tables);
  const stopping = new AbortController();
  process.once("SIGTERM", () => stopping.abort());
  process.once("SIGINT", () => stopping.abort());
  const mover = new BucketMover(sessions, tables);
  await mover.recover();
  const progress = new MoveProgress(service);
  for (let round = 1; ; round += 1) {
    const found = await records.readAll(sessions);
    records.requireOneOwnerEach(found);
    const moves = planMoves(records.ownedBy(found), staying);
    progress.plan(moves.length);
    for (const move of moves) {
      if (stopping.signal.aborted) {
        progress.stopped();
        return EXIT_TRY_AGAIN;
      }
      progress.moved(move, await mover.move(move));
    }
    if (progress.remaining === 0) break;
    if (round === ROUNDS) {
      progress.stopped();
      throw new Error("some buckets are kept busy by long transactions: run this again later");
    }
    await pause(ROUND_PAUSE_MS, stopping.signal);
  }
  progress.done();
  return 0;
}

/** For as long as the connection lives. A client that looks whether there is a mover has it briefly. */
async function becomeOnlyMover(session: Session): Promise<boolean> {
  try {
    await session.execute(
      `SET lock_timeout = '${LOCK_WAIT}'; SELECT pg_advisory_lock(${MOVER_LOCK}); RESET lock_timeout`,
    );
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "55P03") return false;
    throw error;
  }
}

async function requireSchemas(sessions: ReadonlyMap<string, Session>): Promise<void> {
  for (const [shard, session] of sessions) {
    const [table] = await session.execute("SELECT to_regclass('shard') AS shard");
    const [row] = table?.shard ? await session.execute("SELECT name FROM shard") : [];
    if (row?.name === shard) continue;
    throw new Error(
      row
        ? `DATABASE_SHARDS calls ${shard} what was ${row.name} before: give it its old name back`
        : `${shard} is not set up: the service does that when it starts with it; wait for its roll-out`,
    );
  }
}
