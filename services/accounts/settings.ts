import { type CommonSettings, readCommonSettings } from "../shared/common-settings.ts";
import { type Environment, SettingsReader } from "../shared/settings.ts";
import { readShardSettings, type ShardSettings } from "../shared/shard-settings.ts";

export interface AccountsSettings extends CommonSettings {
  shards: ShardSettings[];
}

/** @throws SettingsError that names every setting at fault. */
export function readAccountsSettings(env: Environment): AccountsSettings {
  const reader = new SettingsReader(env);
  const settings = { ...readCommonSettings(reader), shards: readShardSettings(reader) };
  reader.finish();
  return settings;
}
