import type { Category, Locale } from "../shared/contracts/catalog.ts";
import type { CatalogClient } from "./peers/catalog.ts";

const FRESH_MS = 10_000;

/** The categories that every page shows; the last known ones while the catalogue is down. */
export class CategoryMenu {
  readonly #menus: Readonly<Record<Locale, LocaleMenu>>;

  constructor(catalog: CatalogClient) {
    this.#menus = { en: new LocaleMenu(catalog, "en"), zh: new LocaleMenu(catalog, "zh") };
  }

  /** For a page's menu: none while the catalogue is down and none were seen. */
  async categories(locale: Locale, requestId: string): Promise<Category[]> {
    // The page itself says so if it needs the catalogue.
    return await this.#menus[locale].categories(requestId).catch(() => []);
  }

  /**
   * The category of that slug, if there is one.
   *
   * @throws what the catalogue's call failed with, while no categories were seen: it is not known then.
   */
  async category(slug: string, locale: Locale, requestId: string): Promise<Category | undefined> {
    const categories = await this.#menus[locale].categories(requestId);
    return categories.find((candidate) => candidate.slug === slug);
  }
}

class LocaleMenu {
  readonly #catalog: CatalogClient;
  readonly #locale: Locale;
  #known: Category[] | undefined;
  #freshUntil = 0;
  #loading: Promise<Category[]> | undefined;

  constructor(catalog: CatalogClient, locale: Locale) {
    this.#catalog = catalog;
    this.#locale = locale;
  }

  async categories(requestId: string): Promise<Category[]> {
    if (this.#known && performance.now() < this.#freshUntil) return this.#known;
    this.#loading ??= this.#load(requestId).finally(() => {
      this.#loading = undefined;
    });
    return await this.#loading;
  }

  async #load(requestId: string): Promise<Category[]> {
    try {
      this.#known = await this.#catalog.categories(this.#locale, requestId);
      this.#freshUntil = performance.now() + FRESH_MS;
    } catch (error) {
      if (!this.#known) throw error;
    }
    return this.#known;
  }
}
