import {
  type CommonSettings,
  readCommonSettings,
  readDatabaseSettings,
} from "../shared/common-settings.ts";
import type { DatabaseSettings } from "../shared/database.ts";
import { type Environment, SettingsReader } from "../shared/settings.ts";

export interface OrdersSettings extends CommonSettings {
  database: DatabaseSettings;
  catalogUrl: string;
}

/** @throws SettingsError that names every setting at fault. */
export function readOrdersSettings(env: Environment): OrdersSettings {
  const reader = new SettingsReader(env);
  const settings = {
    ...readCommonSettings(reader),
    database: readDatabaseSettings(reader),
    catalogUrl: reader.origin("CATALOG_URL"),
  };
  reader.finish();
  return settings;
}
