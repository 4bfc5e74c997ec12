import { type CommonSettings, readCommonSettings } from "../shared/common-settings.ts";
import { type Environment, SettingsReader } from "../shared/settings.ts";

export interface StorefrontSettings extends CommonSettings {
  /** The first signs sessions, all verify: put a new one in front, drop an old one a week later. */
  sessionKeys: readonly string[];
  catalogUrl: string;
  accountsUrl: string;
  ordersUrl: string;
  storeName: string;
  /** Whether browsers reach the store by HTTPS: cookies then never travel without it. */
  cookieSecure: boolean;
}

/** @throws SettingsError that names every setting at fault. */
export function readStorefrontSettings(env: Environment): StorefrontSettings {
  const reader = new SettingsReader(env);
  const settings = {
    ...readCommonSettings(reader),
    sessionKeys: reader.keysFile("SESSION_KEYS_FILE"),
    catalogUrl: reader.origin("CATALOG_URL"),
    accountsUrl: reader.origin("ACCOUNTS_URL"),
    ordersUrl: reader.origin("ORDERS_URL"),
    storeName: reader.string("STORE_NAME", "Harbour Goods"),
    cookieSecure: reader.boolean("COOKIE_SECURE", true),
  };
  reader.finish();
  return settings;
}
