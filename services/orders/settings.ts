import { type CommonSettings, readCommonSettings } from "../shared/common-settings.ts";
import { type Environment, SettingsReader } from "../shared/settings.ts";
import { readShardSettings, type ShardSettings } from "../shared/shard-settings.ts";

export interface OrdersSettings extends CommonSettings {
  shards: ShardSettings[];
  catalogUrl: string;
}

/** @throws SettingsError that names every setting at fault. */
export function readOrdersSettings(env: Environment): OrdersSettings {
  const reader = new SettingsReader(env);
  const settings = {
    ...readCommonSettings(reader),
    shards: readShardSettings(reader),
    catalogUrl: reader.origin("CATALOG_URL"),
  };
  reader.finish();
  return settings;
}
