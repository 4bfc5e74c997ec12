import { normaliseEmail } from "../shared/buckets.ts";
import { ApiError } from "../shared/errors.ts";
import type { AccountsClient } from "./peers/accounts.ts";

/** Who may change the catalogue: accounts with certain e-mail addresses. */
export class Administrators {
  readonly #emails: ReadonlySet<string>;
  readonly #accounts: AccountsClient;

  constructor(emails: readonly string[], accounts: AccountsClient) {
    this.#emails = new Set(emails.map(normaliseEmail));
    this.#accounts = accounts;
  }

  includes(email: string): boolean {
    return this.#emails.has(normaliseEmail(email));
  }

  /**
   * Asks the accounts service each time, not the session: who is no longer an administrator, or has
   * no account any more, can't do anything from the next request on.
   */
  async includesAccount(id: string, requestId: string): Promise<boolean> {
    if (this.#emails.size === 0) return false;
    try {
      return this.includes((await this.#accounts.find(id, requestId)).email);
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) return false;
      throw error;
    }
  }
}
