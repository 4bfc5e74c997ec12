import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Database, Session } from "./database.ts";
import { isNotYetThere } from "./database-errors.ts";
import type { Logger } from "./logger.ts";
import { backoffMilliseconds, pause } from "./wait.ts";

export interface Migration {
  version: number;
  name: string;
  sql: string;
  checksum: string;
}

/** Migrations with a numbering, and so a table of what was applied, of their own. */
export interface MigrationSet {
  ledger: string;
  migrations: readonly Migration[];
}

/** A database's schema. */
export interface Schema {
  sets: readonly MigrationSet[];
  /** Runs under the same lock once the schema is up to date. */
  seed?: (session: Session) => Promise<void>;
}

// Any fixed number: advisory locks are per database, and each service owns its database.
const LOCK = 7_204_151;

/**
 * Brings the schema up to date as soon as the database is there, which may come later than the
 * service: it is waited for, as long as it takes.
 */
export async function migrateWhenReachable(
  database: Database,
  schema: Schema,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  let reported = "";
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await migrate(database, schema, log);
      return;
    } catch (error) {
      if (!isNotYetThere(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== reported) log.warn({ ...database.place, reason }, "waiting for the database");
      reported = reason;
      await pause(backoffMilliseconds(attempt), signal);
    }
  }
}

/**
 * Replicas that start together queue on a lock that belongs to the server session: a crash frees
 * it.
 */
async function migrate(database: Database, { sets, seed }: Schema, log: Logger): Promise<void> {
  await database.session(async (session) => {
    await session.execute("SELECT pg_advisory_lock($1)", [LOCK]);
    for (const set of sets) await applyMissing(session, set, log);
    await seed?.(session);
  });
}

async function applyMissing(session: Session, { ledger, migrations }: MigrationSet, log: Logger) {
  await session.execute(
    `CREATE TABLE IF NOT EXISTS ${ledger} (
       version integer PRIMARY KEY,
       name text NOT NULL,
       checksum text NOT NULL,
       applied_at timestamptz NOT NULL DEFAULT now()
     )`,
  );
  const applied = new Map(
    (await session.execute(`SELECT version, checksum FROM ${ledger}`)).map((row) => [
      Number(row.version),
      String(row.checksum),
    ]),
  );
  for (const migration of migrations) {
    const checksum = applied.get(migration.version);
    if (checksum === undefined) await apply(session, ledger, migration, log);
    else if (checksum !== migration.checksum) {
      throw new Error(
        `migration ${migration.name} was changed after it had been applied: ` +
          "restore it and put the change into a new migration",
      );
    }
  }
}

async function apply(
  session: Session,
  ledger: string,
  migration: Migration,
  log: Logger,
): Promise<void> {
  await session.execute("BEGIN");
  await session.execute(migration.sql);
  await session.execute(`INSERT INTO ${ledger} (version, name, checksum) VALUES ($1, $2, $3)`, [
    migration.version,
    migration.name,
    migration.checksum,
  ]);
  await session.execute("COMMIT");
  log.info({ migration: migration.name }, "migration applied");
}

/** A service's own migrations: the SQL files of the folder, in the order of their numbers. */
export function readMigrations(folder: string): MigrationSet {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  const migrations = names
    .sort()
    .map((name) => createMigration(name, readFileSync(join(folder, name), "utf8")));
  return { ledger: "schema_migrations", migrations };
}

/** @param name starts with the migration's number */
export function createMigration(name: string, sql: string): Migration {
  const version = Number.parseInt(name, 10);
  if (!Number.isInteger(version)) {
    throw new Error(`${name}: a migration's name starts with its number`);
  }
  return { version, name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
}
