import type pg from "pg";
import type { Overseer } from "./statement-watch.ts";

/** While statements hang, they are asked about twice a second. */
const KEPT_MS = 3_000;

/**
 * A server that is asked about its processes on a connection in no pool. A fresh one can't lead nowhere
 * as another does; it is kept for a moment, because a server that is slow for want of a processor must
 * not have to welcome a new one with every question.
 */
export class ServerOverseer implements Overseer {
  readonly #connect: () => Promise<pg.Client>;
  #kept: { client: pg.Client; expiry: NodeJS.Timeout } | undefined;

  constructor(connect: () => Promise<pg.Client>) {
    this.#connect = connect;
  }

  async working(processes: number[]): Promise<Set<number>> {
    // A state that may not be seen says nothing: then it is waited for.
    const active = `SELECT pid FROM pg_stat_activity
      WHERE pid = ANY($1) AND coalesce(state, 'active') = 'active'`;
    return new Set((await this.#ask(active, [processes])).map(({ pid }) => Number(pid)));
  }

  async end(process: number): Promise<void> {
    await this.#ask("SELECT pg_terminate_backend($1)", [process]);
  }

  close(): void {
    const client = this.#take();
    client?.end().catch(() => undefined);
  }

  async #ask(sql: string, parameters: unknown[]): Promise<Record<string, unknown>[]> {
    const kept = this.#take();
    const rows = kept && (await this.#askOn(kept, sql, parameters).catch(() => undefined));
    return rows ?? (await this.#askOn(await this.#connect(), sql, parameters));
  }

  async #askOn(client: pg.Client, sql: string, parameters: unknown[]) {
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql, parameters);
      this.close();
      this.#kept = { client, expiry: setTimeout(() => this.close(), KEPT_MS).unref() };
      return rows;
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
  }

  #take(): pg.Client | undefined {
    clearTimeout(this.#kept?.expiry);
    const client = this.#kept?.client;
    this.#kept = undefined;
    return client;
  }
}
