import { Redis } from "iovalkey";
import { CircuitBreaker } from "./circuit-breaker.ts";
import type { Logger } from "./logger.ts";

export interface CacheSettings {
  host: string;
  port: number;
  password: string | undefined;
}

const COMMAND_TIMEOUT_MS = 75;
const CONNECT_TIMEOUT_MS = 1_000;

/**
 * A cache that can only help: it answers within 75 ms or counts as a miss, and after a few failures
 * in a row it isn't asked at all for a second.
 */
export class Cache {
  readonly #client: Redis | undefined;
  readonly #breaker: CircuitBreaker;

  /** Without settings every read is a miss and every write is dropped. */
  constructor(settings: CacheSettings | undefined, log: Logger) {
    this.#breaker = new CircuitBreaker({ failures: 3, openMilliseconds: 1_000 }, (open) => {
      if (open) log.warn("cache not answering: going on without it");
      else log.info("cache answering");
    });
    if (settings === undefined) return;
    this.#client = new Redis({
      host: settings.host,
      port: settings.port,
      ...(settings.password === undefined ? {} : { password: settings.password }),
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
      // A failover leaves connections to a member that refuses writes.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
    });
    this.#client.on("error", () => undefined);
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#attempt((client) => client.get(key))) ?? undefined;
  }

  async set(key: string, value: string, seconds: number): Promise<void> {
    await this.#attempt((client) => client.set(key, value, "EX", seconds));
  }

  async remove(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#attempt((client) => client.unlink(...keys));
  }

  /** Cache-aside: the stored value, or the loaded one, stored for the next reader. */
  async remember<T>(key: string, seconds: number, load: () => Promise<T>): Promise<T> {
    const stored = await this.get(key);
    if (stored !== undefined) {
      const value: T = JSON.parse(stored);
      return value;
    }
    const value = await load();
    // Not awaited: the reader needn't wait for what only helps the next one.
    if (value !== undefined) void this.set(key, JSON.stringify(value), seconds);
    return value;
  }

  close(): void {
    this.#client?.disconnect();
  }

  async #attempt<T>(command: (client: Redis) => Promise<T>): Promise<T | undefined> {
    const client = this.#client;
    if (client === undefined || !this.#breaker.allows()) return undefined;
    try {
      const result = await command(client);
      this.#breaker.succeeded();
      return result;
    } catch {
      this.#breaker.failed();
      return undefined;
    }
  }
}
