import pg from "pg";
import {
  answeredWithin,
  connectionConfig,
  type DatabaseSettings,
  lend,
} from "./database-connection.ts";
import {
  isConnectionFailure,
  isOutdatedPlan,
  isOverload,
  isRetryableConflict,
} from "./database-errors.ts";
import { UnavailableError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { Patience } from "./patience.ts";
import { repeatAfter } from "./repeat-after.ts";
import { ServerOverseer } from "./server-overseer.ts";
import { StatementWatch } from "./statement-watch.ts";

/** A statement that PostgreSQL parses and plans once per connection, found again by its name. */
export interface Statement {
  name: string;
  text: string;
}

export type Row = Record<string, unknown>;
export type Parameters = readonly unknown[];

/** Runs statements, inside or outside a transaction. */
export interface Queryable {
  query<R extends Row>(statement: Statement, parameters?: Parameters): Promise<R[]>;
}

/** A dedicated connection, for what is bound to a server session (advisory locks). */
export interface Session extends Queryable {
  execute(sql: string, parameters?: Parameters): Promise<Row[]>;
}

/** Runs a statement on a connection that is lent out. */
type Query = <R extends Row>(statement: pg.QueryConfig) => Promise<R[]>;

/** The server's number for a connection is known to node-postgres, not to its types. */
type NumberedClient = pg.PoolClient & { processID?: number };

const POOL_SIZE = 10;
// A router that is replaced lets connections live for 20 s: by then all have gone to another.
const CONNECTION_LIFETIME_SECONDS = 12;
// Replicas wait for each other's migrations.
const SESSION_TIMEOUT_MS = 120_000;
const PING_TIMEOUT_MS = 1_000;
const TRANSACTION_ATTEMPTS = 3;

const overseerConnection = {
  stream: answeredWithin(PING_TIMEOUT_MS),
  query_timeout: PING_TIMEOUT_MS,
  // A login that takes on its owner's role at the start would not see its own sessions.
  options: "-c role=none",
};

// 64-bit integers in this store (identities, counts, money) stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * A pool of connections that heals: a connection that turns out to lead to the wrong member or
 * nowhere (a failover) replaces the whole pool, since every pooled connection is suspect then.
 */
export class Database implements Queryable {
  readonly #settings: DatabaseSettings;
  readonly #connection: pg.ClientConfig;
  readonly #log: Logger;
  readonly #patience = new Patience(() => this.#takesWrites());
  readonly #overseer = new ServerOverseer(() => this.#connect(overseerConnection));
  readonly #watch = new StatementWatch(this.#overseer);
  #pool: pg.Pool;
  #reachable: boolean | undefined;

  constructor(settings: DatabaseSettings, application: string, log: Logger) {
    this.#settings = settings;
    this.#connection = connectionConfig(settings, application);
    this.#log = log;
    this.#pool = this.#createPool();
  }

  /** Which database this is, for logs. */
  get place(): { host: string; port: number; database: string } {
    const { host, port, name } = this.#settings;
    return { host, port, database: name };
  }

  /** A read that may run twice: it is repeated, on fresh connections, while the primary changes. */
  async read<R extends Row>(statement: Statement, parameters: Parameters = []): Promise<R[]> {
    try {
      return await this.#patience.with(
        () => this.#run<R>(statement, parameters),
        isConnectionFailure,
      );
    } catch (error) {
      throw forCaller(error);
    }
  }

  /** A single write. Not repeated: whether it took effect is unknown after a connection failure. */
  async query<R extends Row>(statement: Statement, parameters: Parameters = []): Promise<R[]> {
    try {
      return await this.#run<R>(statement, parameters);
    } catch (error) {
      throw forCaller(error);
    }
  }

  /**
   * Repeats `work` only after failures that certainly left nothing behind: conflicts, and connections
   * lost before `COMMIT` was sent.
   * @param opening what begins it: `BEGIN`, and statements for the same round trip
   */
  async transaction<T>(
    work: (transaction: Queryable) => Promise<T>,
    opening = "BEGIN",
  ): Promise<T> {
    let inDoubt = false;
    const attempt = () => {
      inDoubt = false;
      return this.#withPlans(async (query) => {
        try {
          await query({ text: opening });
          const result = await work({
            query: <R extends Row>(statement: Statement, parameters: Parameters = []) =>
              query<R>({ ...statement, values: [...parameters] }),
          });
          inDoubt = true;
          await query({ text: "COMMIT" });
          return result;
        } catch (error) {
          if (!isConnectionFailure(error)) await query({ text: "ROLLBACK" });
          throw error;
        }
      });
    };
    try {
      return await this.#patience.with(
        () => repeatAfter(isRetryableConflict, TRANSACTION_ATTEMPTS, attempt),
        (error) => isConnectionFailure(error) && !inDoubt,
      );
    } catch (error) {
      throw forCaller(error);
    }
  }

  /** Lends one connection of its own, with time for long statements, and closes it afterwards. */
  async session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const time = { statement_timeout: SESSION_TIMEOUT_MS, query_timeout: SESSION_TIMEOUT_MS };
    const client = await this.#connect(time);
    try {
      return await work({
        query: async <R extends Row>(statement: Statement, parameters: Parameters = []) =>
          (await client.query<R>(statement.text, [...parameters])).rows,
        execute: async (sql, parameters) =>
          // Without parameters the simple protocol, which takes several statements in one text.
          (await (parameters ? client.query<Row>(sql, [...parameters]) : client.query<Row>(sql)))
            .rows,
      });
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async isReachable(): Promise<boolean> {
    try {
      await this.#ping("SELECT 1");
      this.#noteReachable(true);
      return true;
    } catch (error) {
      this.#noteReachable(false, error);
      return false;
    }
  }

  async close(): Promise<void> {
    this.#overseer.close();
    await this.#pool.end();
  }

  async #run<R extends Row>(statement: Statement, parameters: Parameters): Promise<R[]> {
    return await this.#withPlans((query) => query<R>({ ...statement, values: [...parameters] }));
  }

  /** Each connection with an outdated plan is found out once, and closed. */
  async #withPlans<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return await repeatAfter(isOutdatedPlan, POOL_SIZE + 1, () => this.#withClient(work));
  }

  async #withClient<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const pool = this.#pool;
    let client: NumberedClient | undefined;
    try {
      const lent: NumberedClient = await lend(pool);
      client = lent;
      const result = await work(<R extends Row>(statement: pg.QueryConfig) =>
        this.#watch.over(lent.processID ?? 0, async () => (await lent.query<R>(statement)).rows),
      );
      client.release();
      return result;
    } catch (error) {
      const broken = isConnectionFailure(error);
      client?.release(broken || isOutdatedPlan(error));
      // A connection that takes too long to be made says nothing of those that there are: on a busy
      // machine, making all of them anew would keep it busy.
      if (broken && client) this.#replacePool(pool, error);
      else if (broken) this.#noteReachable(false, error);
      throw error;
    }
  }

  async #takesWrites(): Promise<boolean> {
    const rows = await this.#ping("SELECT 1 WHERE NOT pg_is_in_recovery()").catch(() => []);
    return rows.length > 0;
  }

  #ping(text: string): Promise<Row[]> {
    // A query's own time-out is known to node-postgres, not to its types.
    const ping: pg.QueryConfig & { query_timeout: number } = {
      name: text,
      text,
      query_timeout: PING_TIMEOUT_MS,
    };
    return this.#withClient((query) => query(ping));
  }

  /** A connection that is in no pool. */
  async #connect(changes: pg.ClientConfig): Promise<pg.Client> {
    const client = new pg.Client({ ...this.#connection, ...changes });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  #replacePool(failed: pg.Pool, error: unknown): void {
    // Many queries fail together; only the first may replace the pool.
    if (failed !== this.#pool) return;
    this.#pool = this.#createPool();
    this.#noteReachable(false, error);
    failed.end().catch(() => undefined);
  }

  #noteReachable(reachable: boolean, error?: unknown): void {
    if (this.#reachable === reachable) return;
    this.#reachable = reachable;
    if (reachable) this.#log.info(this.place, "database reachable");
    else this.#log.warn({ ...this.place, err: error }, "database not reachable: retrying");
  }

  #createPool(): pg.Pool {
    const pool = new pg.Pool({
      ...this.#connection,
      max: POOL_SIZE,
      maxLifetimeSeconds: CONNECTION_LIFETIME_SECONDS,
    });
    // A connection that dies while it is lent out reports that to its query as well; without a
    // listener the event alone would end the process.
    pool.on("connect", (client) => client.on("error", () => undefined));
    pool.on("error", (error) => this.#replacePool(pool, error));
    return pool;
  }
}

function forCaller(error: unknown): unknown {
  const passing = isConnectionFailure(error) || isOverload(error);
  return passing ? new UnavailableError("The database", error) : error;
}
