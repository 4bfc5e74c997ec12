import { CircuitBreaker } from "./circuit-breaker.ts";
import {
  Database,
  type DatabaseSettings,
  type Parameters,
  type Row,
  type Statement,
} from "./database.ts";
import type { Logger } from "./logger.ts";

/** Takes reads that may run twice. */
export interface Reader {
  read<R extends Row>(statement: Statement, parameters?: Parameters): Promise<R[]>;
}

/**
 * Reads from standbys, which may be a moment behind, and from the primary where they don't answer or
 * can't: a standby without the newest schema, one that is being replaced, none at all.
 */
export class StandbyReads implements Reader {
  readonly #standbys: Database | undefined;
  readonly #primary: Database;
  readonly #breaker: CircuitBreaker;

  /** @param settings the primary's; without a `standbyPort` everything goes to the primary */
  constructor(primary: Database, settings: DatabaseSettings, application: string, log: Logger) {
    const { standbyPort } = settings;
    this.#primary = primary;
    this.#standbys =
      standbyPort === undefined
        ? undefined
        : new Database({ ...settings, port: standbyPort }, application, log);
    this.#breaker = new CircuitBreaker({ failures: 2, openMilliseconds: 2_000 }, (open) => {
      if (open) log.warn("standbys not answering: reading from the primary");
      else log.info("standbys answering");
    });
  }

  async read<R extends Row>(statement: Statement, parameters: Parameters = []): Promise<R[]> {
    if (this.#standbys && this.#breaker.allows()) {
      try {
        const rows = await this.#standbys.query<R>(statement, parameters);
        this.#breaker.succeeded();
        return rows;
      } catch {
        // If the statement itself is at fault, the primary says so.
        this.#breaker.failed();
      }
    }
    return await this.#primary.read<R>(statement, parameters);
  }

  async close(): Promise<void> {
    await this.#standbys?.close();
  }
}
