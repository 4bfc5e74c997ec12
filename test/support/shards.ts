import { type Postgres, startPostgres } from "./postgres.ts";
import type { Running } from "./processes.ts";
import { type RunningService, type Store, startBundle } from "./store.ts";

export type ShardedService = "accounts" | "orders";

/** PostgreSQL servers of their own that the accounts and orders of a store are spread over. */
export class Shards {
  readonly servers: Postgres[] = [];
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Starts a further one, empty: `shard-1`, `shard-2` and so on. */
  async add(): Promise<Postgres> {
    const server = await startPostgres();
    this.servers.push(server);
    for (const name of ["accounts", "orders"]) {
      await server.createDatabase(name, `${name}-password`);
    }
    return server;
  }

  /** What a service of this store that knows all shards is told. */
  async environment(service: ShardedService): Promise<Record<string, string>> {
    const passwordFile = await this.#store.secret(`${service}-shards`, `${service}-password`);
    const shards = this.servers.map(({ port }, index) => ({
      name: `shard-${index + 1}`,
      host: "127.0.0.1",
      port,
      database: service,
      user: service,
      passwordFile,
    }));
    return { ...this.#store.environment(service), DATABASE_SHARDS: JSON.stringify(shards) };
  }

  async start(service: ShardedService): Promise<RunningService> {
    return await this.#store.start(service, await this.environment(service));
  }

  /** The service's other program. */
  async command(service: ShardedService, ...args: string[]): Promise<Running> {
    return startBundle(service, await this.environment(service), ["move-buckets.mjs", ...args]);
  }

  /** The same query on each shard. */
  async query(service: ShardedService, sql: string): Promise<Record<string, unknown>[][]> {
    return await Promise.all(this.servers.map((server) => server.query(service, sql)));
  }

  /** How many buckets each owns. */
  async owned(service: ShardedService): Promise<number[]> {
    const answers = await this.query(
      service,
      "SELECT count(*) AS owned FROM buckets WHERE state = 'owned'",
    );
    return answers.map(([row]) => Number(row?.owned));
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.splice(0).map((server) => server.stop()));
  }
}
