import {
  Account,
  type Credentials,
  DeletedAccount,
  type Deletion,
  type NameChange,
  type PasswordChange,
  type Registration,
} from "../../shared/contracts/accounts.ts";
import { contract, type Peer } from "../../shared/peer.ts";

const account = contract(Account);
const deletedAccount = contract(DeletedAccount);
/** Hashing a password takes its time, and others may be waiting for theirs. */
const TIMEOUT_MS = 8_000;
/** Two hashes: that of the current password and that of the new one. */
const CHANGE_TIMEOUT_MS = 12_000;
/** Most pages of members wait for it. */
const FIND_TIMEOUT_MS = 1_000;

export class AccountsClient {
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** The same request again registers nobody else. */
  async register(
    registration: Registration,
    requestId: string,
    caller: AbortSignal,
  ): Promise<Account> {
    return await this.#peer.call(account, {
      method: "POST",
      path: "/accounts",
      body: registration,
      requestId,
      caller,
      idempotent: true,
      timeoutMilliseconds: TIMEOUT_MS,
    });
  }

  async find(id: string, requestId: string): Promise<Account> {
    return await this.#peer.call(account, {
      path: pathOf(id),
      requestId,
      timeoutMilliseconds: FIND_TIMEOUT_MS,
    });
  }

  async signIn(credentials: Credentials, requestId: string, caller: AbortSignal): Promise<Account> {
    return await this.#peer.call(account, {
      method: "POST",
      path: "/sign-ins",
      body: credentials,
      requestId,
      caller,
      idempotent: true,
      timeoutMilliseconds: TIMEOUT_MS,
    });
  }

  async rename(id: string, body: NameChange, requestId: string): Promise<Account> {
    const path = `${pathOf(id)}/name`;
    const request = { method: "PUT", path, body, requestId, idempotent: true } as const;
    return await this.#peer.call(account, request);
  }

  async changePassword(id: string, body: PasswordChange, requestId: string): Promise<Account> {
    return await this.#peer.call(account, {
      method: "PUT",
      path: `${pathOf(id)}/password`,
      body,
      requestId,
      // A second time the current password would be another one.
      idempotent: false,
      timeoutMilliseconds: CHANGE_TIMEOUT_MS,
    });
  }

  async delete(id: string, body: Deletion, requestId: string): Promise<DeletedAccount> {
    return await this.#peer.call(deletedAccount, {
      method: "POST",
      path: `${pathOf(id)}/deletion`,
      body,
      requestId,
      idempotent: true,
      timeoutMilliseconds: TIMEOUT_MS,
    });
  }
}

function pathOf(id: string): string {
  return `/accounts/${encodeURIComponent(id)}`;
}
