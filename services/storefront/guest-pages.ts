import { randomBytes } from "node:crypto";

/**
 * Pages as they are for every guest with an empty cart, all alike but for the token in their forms:
 * rendered once for as long as what they show is kept in memory.
 */
export class GuestPages {
  /** Stands where each visitor's own token goes; nobody can have put it into a text. */
  readonly #placeholder = randomBytes(24).toString("base64url");
  readonly #pages = new WeakMap<object, Map<string, string[]>>();

  /**
   * @param subject what the page shows: with it the page goes
   * @param key tells the subject's pages apart
   */
  render(subject: object, key: string, csrf: string, render: (csrf: string) => string): string {
    let pages = this.#pages.get(subject);
    if (pages === undefined) {
      pages = new Map();
      this.#pages.set(subject, pages);
    }
    let parts = pages.get(key);
    if (parts === undefined) {
      parts = render(this.#placeholder).split(this.#placeholder);
      pages.set(key, parts);
    }
    return parts.join(csrf);
  }
}
