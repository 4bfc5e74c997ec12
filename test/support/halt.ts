import type pg from "pg";
import type { Postgres } from "./postgres.ts";
import { until } from "./until.ts";

/** A write of a row. */
export interface Moment {
  database: string;
  table: string;
  event: "INSERT" | "UPDATE";
  /** Condition on the row as it is to be (`NEW`). */
  when: string;
}

/**
 * Lets nobody write such rows: whoever tries stops inside their statement, before the row changes,
 * until {@link Halt.release}. Made of a trigger and an advisory lock, so that the program under test
 * needs no place to stop at.
 */
export class Halt {
  readonly #client: pg.Client;
  readonly #key: number;

  private constructor(client: pg.Client, key: number) {
    this.#client = client;
    this.#key = key;
  }

  /** @param key of the lock; no other halt in that database may have it */
  static async before(postgres: Postgres, moment: Moment, key: number): Promise<Halt> {
    const { database, table, event, when } = moment;
    const client = await postgres.connect(database);
    await client.query(`SELECT pg_advisory_lock(${key})`);
    await client.query(
      `CREATE FUNCTION halt_${key}() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_advisory_xact_lock_shared(${key}); RETURN NEW; END $$;
       CREATE TRIGGER halt_${key} BEFORE ${event} ON ${table} FOR EACH ROW WHEN (${when})
         EXECUTE FUNCTION halt_${key}()`,
    );
    return new Halt(client, key);
  }

  /** Waits until somebody stands still. */
  async reached(): Promise<void> {
    await until("somebody to stop", async () => {
      const { rows } = await this.#client.query(
        `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND objid = $1
           AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        [this.#key],
      );
      return rows.length > 0;
    });
  }

  /** Everybody goes on. */
  async release(): Promise<void> {
    await this.#client.end();
  }
}

/**
 * Does `work` when those who have written to a table have committed and before anybody, readers
 * too, has come to it again.
 * @param free makes those go on who are to commit
 */
export async function afterCommit(
  { connect, query }: Postgres,
  database: string,
  table: string,
  free: () => Promise<void>,
  work: () => Promise<void>,
): Promise<void> {
  const client = await connect(database);
  try {
    await client.query("BEGIN");
    const locked = client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await until("the lock to be next in line", async () => {
      const waiting = "SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted";
      return (await query(database, waiting)).length > 0;
    });
    await free();
    await locked;
    await work();
  } finally {
    await client.end();
  }
}
