import { CircuitBreaker } from "./circuit-breaker.ts";
import { Database, type Parameters, type Queryable, type Row, type Statement } from "./database.ts";
import type { DatabaseSettings } from "./database-connection.ts";
import { UnavailableError } from "./errors.ts";
import type { Reachable } from "./health.ts";
import type { Logger } from "./logger.ts";

/** Takes reads that may run twice. */
export interface Reader {
  read<R extends Row>(statement: Statement, parameters?: Parameters): Promise<R[]>;
}

/** Reads from the primary and from standbys, each where the other does not answer. */
export class StandbyReads implements Reachable {
  /** From standbys, which may be a moment behind. */
  readonly lists: Reader;
  /** From the primary; what a standby has while there is none. */
  readonly newest: Reader;
  readonly #primary: Database;
  readonly #standbys: Database | undefined;

  /** @param settings the primary's; without a `standbyPort` everything goes to the primary */
  constructor(primary: Database, settings: DatabaseSettings, application: string, log: Logger) {
    const { standbyPort } = settings;
    this.lists = primary;
    this.newest = primary;
    this.#primary = primary;
    if (standbyPort === undefined) return;
    const standbys = new Database({ ...settings, port: standbyPort }, application, log);
    this.#standbys = standbys;
    this.lists = new PreferredReads(standbys, primary, isAnything, (open) => {
      if (open) log.warn("standbys not answering: reading from the primary");
      else log.info("standbys answering");
    });
    this.newest = new PreferredReads(primary, this.lists, isAway, (open) => {
      if (open) log.warn("primary not answering: reading from standbys");
      else log.info("primary answering");
    });
  }

  /** Whether anything can be read. */
  async isReachable(): Promise<boolean> {
    const answers = [this.#primary, this.#standbys].map((one) => one?.isReachable());
    return (await Promise.all(answers)).includes(true);
  }

  /** Leaves the primary's connections to whoever made them. */
  async close(): Promise<void> {
    await this.#standbys?.close();
  }
}

/** If the statement itself is at fault, the primary says so: a standby may lack the newest schema. */
const isAnything = () => true;
const isAway = (error: unknown) => error instanceof UnavailableError;

/** Reads from one place while it answers, otherwise from another. */
class PreferredReads implements Reader {
  readonly #preferred: Queryable;
  readonly #otherwise: Reader;
  readonly #mayFailOver: (error: unknown) => boolean;
  readonly #breaker: CircuitBreaker;

  constructor(
    preferred: Queryable,
    otherwise: Reader,
    mayFailOver: (error: unknown) => boolean,
    onChange: (open: boolean) => void,
  ) {
    this.#preferred = preferred;
    this.#otherwise = otherwise;
    this.#mayFailOver = mayFailOver;
    this.#breaker = new CircuitBreaker({ failures: 2, openMilliseconds: 2_000 }, onChange);
  }

  async read<R extends Row>(statement: Statement, parameters: Parameters = []): Promise<R[]> {
    if (this.#breaker.allows()) {
      try {
        const rows = await this.#preferred.query<R>(statement, parameters);
        this.#breaker.succeeded();
        return rows;
      } catch (error) {
        if (!this.#mayFailOver(error)) throw error;
        this.#breaker.failed();
      }
    }
    return await this.#otherwise.read<R>(statement, parameters);
  }
}
