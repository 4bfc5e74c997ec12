import type { CacheSettings, CacheUser } from "./cache.ts";
import type { DatabaseSettings } from "./database-connection.ts";
import type { ReplicaInfo } from "./metrics.ts";
import type { SettingsReader } from "./settings.ts";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace"] as const;
const PORT = { min: 1, max: 65_535 };
/** Far more than two cores can work on; what waits longer than that is better told to come back. */
export const MAX_IN_FLIGHT = 256;

/** What every service of the store can be told. */
export interface CommonSettings {
  port: number;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Seconds to go on serving after SIGTERM, while balancers notice that `/readyz` says no. */
  drainSeconds: number;
  /**
   * Shared by the services: the first is sent, all are accepted, so that they can be rotated. Without
   * any, internal APIs trust their network.
   */
  serviceTokens: readonly string[];
  /** Requests worked on at the same time; more are refused at once (503). */
  maxInFlight: number;
  /** What this replica tells of itself. */
  replica: ReplicaInfo;
}

export function readCommonSettings(reader: SettingsReader): CommonSettings {
  return {
    port: reader.integer("PORT", PORT, 8080),
    logLevel: reader.oneOf("LOG_LEVEL", LOG_LEVELS, "info"),
    drainSeconds: reader.integer("DRAIN_SECONDS", { min: 0, max: 300 }, 5),
    serviceTokens: reader.secretLines("SERVICE_TOKEN_FILE"),
    replica: { node: reader.string("NODE_NAME", ""), release: reader.string("RELEASE", "") },
    maxInFlight: reader.integer("MAX_IN_FLIGHT", { min: 2, max: 100_000 }, MAX_IN_FLIGHT),
  };
}

export function readDatabaseSettings(reader: SettingsReader): DatabaseSettings {
  return {
    host: reader.string("DATABASE_HOST"),
    port: reader.integer("DATABASE_PORT", PORT, 5432),
    name: reader.string("DATABASE_NAME"),
    user: reader.string("DATABASE_USER"),
    password: reader.secretFile("DATABASE_PASSWORD_FILE"),
    ca: reader.optionalSecretFile("DATABASE_CA_FILE"),
    standbyPort: reader.has("DATABASE_STANDBY_PORT")
      ? reader.integer("DATABASE_STANDBY_PORT", PORT)
      : undefined,
  };
}

/** No `CACHE_SENTINELS`, no cache: it only makes reads cheaper. */
export function readCacheSettings(reader: SettingsReader): CacheSettings | undefined {
  if (!reader.has("CACHE_SENTINELS")) return undefined;
  return {
    sentinels: reader.addresses("CACHE_SENTINELS"),
    name: reader.string("CACHE_NAME"),
    member: readCacheUser(reader, "CACHE"),
    sentinel: readCacheUser(reader, "CACHE_SENTINEL"),
  };
}

function readCacheUser(reader: SettingsReader, prefix: string): CacheUser {
  return {
    username: reader.string(`${prefix}_USERNAME`),
    password: reader.secretFile(`${prefix}_PASSWORD_FILE`),
  };
}
