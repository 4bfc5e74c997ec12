import type { Category, Locale } from "../shared/contracts/catalog.ts";
import type { CatalogClient } from "./peers/catalog.ts";

const FRESH_MS = 10_000;

/** The categories that every page shows; the last known ones while the catalogue is down. */
export class CategoryMenu {
  readonly #menus: Readonly<Record<Locale, LocaleMenu>>;

  constructor(catalog: CatalogClient) {
    this.#menus = { en: new LocaleMenu(catalog, "en"), zh: new LocaleMenu(catalog, "zh") };
  }

  async categories(locale: Locale, requestId: string): Promise<Category[]> {
    return await this.#menus[locale].categories(requestId);
  }
}

class LocaleMenu {
  readonly #catalog: CatalogClient;
  readonly #locale: Locale;
  #known: Category[] = [];
  #freshUntil = 0;
  #loading: Promise<Category[]> | undefined;

  constructor(catalog: CatalogClient, locale: Locale) {
    this.#catalog = catalog;
    this.#locale = locale;
  }

  async categories(requestId: string): Promise<Category[]> {
    if (performance.now() < this.#freshUntil) return this.#known;
    this.#loading ??= this.#load(requestId).finally(() => {
      this.#loading = undefined;
    });
    return await this.#loading;
  }

  async #load(requestId: string): Promise<Category[]> {
    try {
      this.#known = await this.#catalog.categories(this.#locale, requestId);
      this.#freshUntil = performance.now() + FRESH_MS;
    } catch {
      // The page itself says so if it needs the catalogue.
    }
    return this.#known;
  }
}
