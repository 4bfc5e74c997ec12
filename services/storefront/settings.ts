import { type CommonSettings, readCommonSettings } from "../shared/common-settings.ts";
import { type Environment, SettingsReader } from "../shared/settings.ts";

export interface StorefrontSettings extends CommonSettings {
  /** The first signs sessions, all verify: put a new one in front, drop the old one a week later. */
  sessionKeys: readonly string[];
  catalogUrl: string;
  accountsUrl: string;
  ordersUrl: string;
  storeName: string;
  /** Whether browsers reach the store by HTTPS: cookies then never travel without it. */
  cookieSecure: boolean;
  /** Whoever has an account with one of these addresses may change the catalogue. */
  adminEmails: readonly string[];
}

function readAdminEmails(reader: SettingsReader): string[] {
  const listed = reader.string("ADMIN_EMAILS", "").split(",");
  const emails = listed.map((email) => email.trim()).filter((email) => email !== "");
  for (const email of emails.filter((candidate) => !/^\S+@\S+$/.test(candidate))) {
    reader.problem(`ADMIN_EMAILS contains ${email}: write e-mail addresses separated by commas`);
  }
  return emails;
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
    adminEmails: readAdminEmails(reader),
  };
  reader.finish();
  return settings;
}
