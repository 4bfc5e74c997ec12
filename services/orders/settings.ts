import { type CommonSettings, readCommonSettings } from "../shared/common-settings.ts";
import { type Environment, SettingsReader } from "../shared/settings.ts";
import { readShardSettings, type ShardSettings } from "../shared/shard-settings.ts";

const CANCELLATION_MINUTES = { min: 0, max: 7 * 24 * 60 };

export interface OrdersSettings extends CommonSettings {
  shards: ShardSettings[];
  catalogUrl: string;
  /** For how long after it was placed a buyer can cancel an order; 0 for never. */
  cancellationMinutes: number;
}

/** @throws SettingsError that names every setting at fault. */
export function readOrdersSettings(env: Environment): OrdersSettings {
  const reader = new SettingsReader(env);
  const settings = {
    ...readCommonSettings(reader),
    shards: readShardSettings(reader),
    catalogUrl: reader.origin("CATALOG_URL"),
    cancellationMinutes: reader.integer("CANCELLATION_MINUTES", CANCELLATION_MINUTES, 30),
  };
  reader.finish();
  return settings;
}
