import type { Category } from "../shared/contracts/catalog.ts";
import type { CatalogClient } from "./peers/catalog.ts";

const FRESH_MS = 10_000;

/** The categories that every page shows; the last known ones while the catalogue is down. */
export class CategoryMenu {
  readonly #catalog: CatalogClient;
  #known: Category[] = [];
  #freshUntil = 0;
  #loading: Promise<Category[]> | undefined;

  constructor(catalog: CatalogClient) {
    this.#catalog = catalog;
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
      this.#known = await this.#catalog.categories(requestId);
      this.#freshUntil = performance.now() + FRESH_MS;
    } catch {
      // The page itself says so if it needs the catalogue.
    }
    return this.#known;
  }
}
