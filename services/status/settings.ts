import { type CommonSettings, readCommonSettings } from "../shared/common-settings.ts";
import { type Environment, SettingsReader } from "../shared/settings.ts";

export interface StatusSettings extends CommonSettings {
  prometheusUrl: string;
  storeName: string;
}

/** @throws SettingsError that names every setting at fault. */
export function readStatusSettings(env: Environment): StatusSettings {
  const reader = new SettingsReader(env);
  const settings = {
    ...readCommonSettings(reader),
    prometheusUrl: reader.origin("PROMETHEUS_URL"),
    storeName: reader.string("STORE_NAME", "ha-store"),
  };
  reader.finish();
  return settings;
}
