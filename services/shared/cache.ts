import { Redis } from "iovalkey";
import { CircuitBreaker } from "./circuit-breaker.ts";
import type { Logger } from "./logger.ts";
import type { Address } from "./settings.ts";

export interface CacheSettings {
  /** They know which member is the primary. */
  sentinels: readonly Address[];
  /** What Sentinels call the cluster. */
  name: string;
  member: CacheUser;
  sentinel: CacheUser;
}

export interface CacheUser {
  username: string;
  password: string;
}

const COMMAND_TIMEOUT_MS = 75;
const SENTINEL_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 1_000;
/** How long a peer may take to close its side: a frozen one never does. */
const DISCONNECT_TIMEOUT_MS = 100;
const LONGEST_RETRY_MS = 1_000;

/**
 * A cache that can only help: it answers within 75 ms or counts as a miss, and after a few failures
 * in a row it isn't asked at all for a second. The primary is found through the Sentinels, at each
 * connection anew.
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
    const retry = (attempt: number) => Math.min(attempt * 100, LONGEST_RETRY_MS);
    this.#client = new Redis({
      sentinels: [...settings.sentinels],
      name: settings.name,
      username: settings.member.username,
      password: settings.member.password,
      sentinelUsername: settings.sentinel.username,
      sentinelPassword: settings.sentinel.password,
      sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
      sentinelRetryStrategy: retry,
      // The fallback from IPv4 to IPv6 would stay with IPv6 while it looks for a Sentinel.
      family: 0,
      familyFallback: { enabled: false },
      // All of them are in the settings; asking for more would need a further permission.
      updateSentinels: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      // It would ask for more than the keys, and a primary that still loads says so by itself.
      enableReadyCheck: false,
      retryStrategy: retry,
      // A failover leaves connections to a member that refuses writes.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
    });
    this.#client.on("error", () => undefined);
  }

  /** Whether there is a connection to the primary: one that stays silent is given up. */
  get isConnected(): boolean {
    return this.#client?.status === "ready";
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
    } catch (error) {
      this.#breaker.failed();
      if (this.#breaker.isOpen && isTimeout(error)) this.#reconnect(client);
      return undefined;
    }
  }

  /** A frozen or cut-off primary keeps its connection; the Sentinels may know a better one. */
  #reconnect(client: Redis): void {
    // In any other state it is connecting already, and would end for good.
    if (client.status === "ready") client.disconnect(true);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === "Command timed out";
}
