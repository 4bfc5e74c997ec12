import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Database, Session } from "./database.ts";
import type { Logger } from "./logger.ts";

interface Migration {
  version: number;
  name: string;
  sql: string;
  checksum: string;
}

const CREATE_LEDGER = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`;

// Any fixed number: advisory locks are per database, and each service owns its database.
const LOCK = 7_204_151;

/**
 * Brings the schema up to date, then runs `afterwards` (seeding). Replicas that start together
 * queue on a lock that belongs to the server session: a crash frees it.
 */
export async function migrate(
  database: Database,
  folder: string,
  log: Logger,
  afterwards?: (session: Session) => Promise<void>,
): Promise<void> {
  const migrations = await readMigrations(folder);
  await database.session(async (session) => {
    await session.execute("SELECT pg_advisory_lock($1)", [LOCK]);
    await session.execute(CREATE_LEDGER);
    const applied = new Map(
      (await session.execute("SELECT version, checksum FROM schema_migrations")).map((row) => [
        Number(row.version),
        String(row.checksum),
      ]),
    );
    for (const migration of migrations) {
      const checksum = applied.get(migration.version);
      if (checksum === undefined) await apply(session, migration, log);
      else if (checksum !== migration.checksum) {
        throw new Error(
          `migration ${migration.name} was changed after it had been applied: ` +
            "restore it and put the change into a new migration",
        );
      }
    }
    await afterwards?.(session);
  });
}

async function apply(session: Session, migration: Migration, log: Logger): Promise<void> {
  await session.execute("BEGIN");
  await session.execute(migration.sql);
  await session.execute(
    "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
    [migration.version, migration.name, migration.checksum],
  );
  await session.execute("COMMIT");
  log.info({ migration: migration.name }, "migration applied");
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), "utf8");
      const version = Number.parseInt(name, 10);
      if (!Number.isInteger(version)) {
        throw new Error(`${join(folder, name)}: a migration's name starts with its number`);
      }
      return { version, name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}
