import type { CacheSettings } from "./cache.ts";
import type { DatabaseSettings } from "./database.ts";
import type { SettingsReader } from "./settings.ts";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace"] as const;
const PORT = { min: 1, max: 65_535 };

/** What every service of the store can be told. */
export interface CommonSettings {
  port: number;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Seconds to go on serving after SIGTERM, while balancers notice that `/readyz` says no. */
  drainSeconds: number;
  /** Shared by the services; without it internal APIs trust their network. */
  serviceToken: string | undefined;
}

export function readCommonSettings(reader: SettingsReader): CommonSettings {
  return {
    port: reader.integer("PORT", PORT, 8080),
    logLevel: reader.oneOf("LOG_LEVEL", LOG_LEVELS, "info"),
    drainSeconds: reader.integer("DRAIN_SECONDS", { min: 0, max: 300 }, 5),
    serviceToken: reader.optionalSecretFile("SERVICE_TOKEN_FILE"),
  };
}

export function readDatabaseSettings(reader: SettingsReader): DatabaseSettings {
  return {
    host: reader.string("DATABASE_HOST"),
    port: reader.integer("DATABASE_PORT", PORT, 5432),
    name: reader.string("DATABASE_NAME"),
    user: reader.string("DATABASE_USER"),
    password: reader.secretFile("DATABASE_PASSWORD_FILE"),
  };
}

/** No `CACHE_HOST`, no cache: it only makes reads cheaper. */
export function readCacheSettings(reader: SettingsReader): CacheSettings | undefined {
  if (!reader.has("CACHE_HOST")) return undefined;
  return {
    host: reader.string("CACHE_HOST"),
    port: reader.integer("CACHE_PORT", PORT, 6379),
    password: reader.optionalSecretFile("CACHE_PASSWORD_FILE"),
  };
}
