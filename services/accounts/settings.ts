import {
  type CommonSettings,
  readCommonSettings,
  readDatabaseSettings,
} from "../shared/common-settings.ts";
import type { DatabaseSettings } from "../shared/database.ts";
import { type Environment, SettingsReader } from "../shared/settings.ts";

export interface AccountsSettings extends CommonSettings {
  database: DatabaseSettings;
}

/** @throws SettingsError that names every setting at fault. */
export function readAccountsSettings(env: Environment): AccountsSettings {
  const reader = new SettingsReader(env);
  const settings = { ...readCommonSettings(reader), database: readDatabaseSettings(reader) };
  reader.finish();
  return settings;
}
