import { type CommonSettings, readCommonSettings } from "../shared/common-settings.ts";
import { type Environment, SettingsReader } from "../shared/settings.ts";
import { readShardSettings, type ShardSettings } from "../shared/shard-settings.ts";
import type { LimitSettings } from "./limits.ts";

export interface AccountsSettings extends CommonSettings {
  shards: ShardSettings[];
  ordersUrl: string;
  limits: LimitSettings;
}

/** @throws SettingsError that names every setting at fault. */
export function readAccountsSettings(env: Environment): AccountsSettings {
  const reader = new SettingsReader(env);
  const settings = {
    ...readCommonSettings(reader),
    shards: readShardSettings(reader),
    ordersUrl: reader.origin("ORDERS_URL"),
    limits: {
      freeFailures: reader.integer("SIGN_IN_FREE_FAILURES", { min: 1, max: 100 }, 5),
      firstWaitSeconds: reader.integer("SIGN_IN_FIRST_WAIT_SECONDS", { min: 1, max: 900 }, 30),
      clientAttemptsPerMinute: reader.integer(
        "CLIENT_ATTEMPTS_PER_MINUTE",
        { min: 10, max: 1_000_000 },
        600,
      ),
    },
  };
  reader.finish();
  return settings;
}
