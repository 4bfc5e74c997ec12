import type { CacheSettings } from "../shared/cache.ts";
import {
  type CommonSettings,
  readCacheSettings,
  readCommonSettings,
  readDatabaseSettings,
} from "../shared/common-settings.ts";
import type { DatabaseSettings } from "../shared/database-connection.ts";
import { type Environment, SettingsReader } from "../shared/settings.ts";

export interface CatalogSettings extends CommonSettings {
  database: DatabaseSettings;
  cache: CacheSettings | undefined;
  /** How many products the generated catalogue has. */
  seedProducts: number;
}

/** @throws SettingsError that names every setting at fault. */
export function readCatalogSettings(env: Environment): CatalogSettings {
  const reader = new SettingsReader(env);
  const settings = {
    ...readCommonSettings(reader),
    database: readDatabaseSettings(reader),
    cache: readCacheSettings(reader),
    seedProducts: reader.integer("CATALOG_SEED_PRODUCTS", { min: 0, max: 100_000 }, 240),
  };
  reader.finish();
  return settings;
}
