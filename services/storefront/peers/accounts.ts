import { Account, type Credentials, type Registration } from "../../shared/contracts/accounts.ts";
import { contract, type Peer } from "../../shared/peer.ts";

const account = contract(Account);
/** Hashing a password takes its time, and others may be waiting for theirs. */
const TIMEOUT_MS = 8_000;

export class AccountsClient {
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  async register(registration: Registration, requestId: string): Promise<Account> {
    return await this.#peer.call(account, {
      method: "POST",
      path: "/accounts",
      body: registration,
      requestId,
      timeoutMilliseconds: TIMEOUT_MS,
    });
  }

  async find(id: string, requestId: string): Promise<Account> {
    return await this.#peer.call(account, {
      path: `/accounts/${encodeURIComponent(id)}`,
      requestId,
    });
  }

  async signIn(credentials: Credentials, requestId: string): Promise<Account> {
    return await this.#peer.call(account, {
      method: "POST",
      path: "/sign-ins",
      body: credentials,
      requestId,
      idempotent: true,
      timeoutMilliseconds: TIMEOUT_MS,
    });
  }
}
