import { bucketOfEmail, bucketOfId, idFrom, normaliseEmail } from "../shared/buckets.ts";
import type {
  Account,
  Credentials,
  DeletedAccount,
  Deletion,
  NameChange,
  PasswordChange,
  Registration,
} from "../shared/contracts/accounts.ts";
import type { Row } from "../shared/database.ts";
import { ApiError } from "../shared/errors.ts";
import type { BucketDatabase, ShardedDatabase } from "../shared/sharded-database.ts";
import * as sql from "./account-sql.ts";
import type { CustomerRecords } from "./customer-records.ts";
import type { Limits } from "./limits.ts";
import { hashPassword, verifyPassword } from "./password-hash.ts";
import { passwordWeakness } from "./password-rules.ts";

const EMAIL = /^[^\s@<>()[\],;:\\"]+@[\p{L}\p{M}\p{N}-]+(\.[\p{L}\p{M}\p{N}-]+)+$/u;

/** The store's accounts. */
export class AccountBook {
  readonly #database: ShardedDatabase;
  readonly #limits: Limits;
  readonly #records: CustomerRecords;
  #decoy: Promise<string> | undefined;

  constructor(database: ShardedDatabase, limits: Limits, records: CustomerRecords) {
    this.#database = database;
    this.#limits = limits;
    this.#records = records;
  }

  /**
   * The same request again registers nobody else, and is answered as the first.
   * @param caller aborted once nobody waits any more: then no password is hashed for them
   * @throws ApiError `invalid_email` or `weak_password` (422), `email_taken` (409),
   * `too_many_attempts` (429).
   */
  async register(
    registration: Registration,
    requestId: string,
    caller: AbortSignal,
  ): Promise<Account> {
    const email = normaliseEmail(registration.email);
    const name = registration.name.trim();
    if (!EMAIL.test(email)) {
      throw new ApiError(422, "invalid_email", "This is not an e-mail address");
    }
    requireStrength(registration.password, { email, name });
    await this.#limits.register(registration.client);
    const bucket = bucketOfEmail(email);
    const id = idFrom(bucket, `${requestId} ${email}`);
    let found = await this.#byEmail(email);
    if (!found) {
      const hash = await hashPassword(registration.password, caller);
      const row = [id, email, name, hash];
      const [added] = await this.#database.bucket(bucket).query(sql.INSERT_ACCOUNT, row);
      if (added) return toAccount(added);
      found = await this.#byEmail(email);
    }
    const { password } = registration;
    // Repeated; not even who knows the request's id gets in without the password.
    if (found?.id === id && (await verifyPassword(password, String(found.password_hash), caller))) {
      return toAccount(found);
    }
    throw new ApiError(409, "email_taken", "There is an account with this e-mail already");
  }

  /**
   * @throws ApiError `wrong_credentials` (401), without saying which of the two is wrong;
   * `too_many_attempts` (429), whether there is an account or not.
   */
  async signIn({ email, password, client }: Credentials, caller: AbortSignal): Promise<Account> {
    const row = await this.#byEmail(email);
    // An unknown address takes as long as a wrong password, or time would tell who has an account.
    const hash = row ? String(row.password_hash) : await this.#decoyHash();
    const attempt = { email, accountId: row && String(row.id), client };
    const matches = await this.#limits.signIn(
      attempt,
      async () => (await verifyPassword(password, hash, caller)) && row !== undefined,
    );
    if (!row || !matches) {
      throw new ApiError(401, "wrong_credentials", "E-mail or password is wrong");
    }
    return toAccount(row);
  }

  async find(id: string): Promise<Account | undefined> {
    const [row] = await this.#of(id).read(sql.FIND_BY_ID, [id]);
    return row && toAccount(row);
  }

  /** @throws ApiError `unknown_account` (404) */
  async rename(id: string, { name }: NameChange): Promise<Account> {
    const [row] = await this.#of(id).query(sql.RENAME, [id, name.trim()]);
    if (!row) throw unknownAccount();
    return toAccount(row);
  }

  /**
   * Ends all sessions; the answer has the version of those that begin now.
   * @throws ApiError `unknown_account` (404), `wrong_password` (401), `weak_password` (422),
   * `too_many_attempts` (429)
   */
  async changePassword(id: string, change: PasswordChange): Promise<Account> {
    const { account, hash } = await this.#confirmed(id, change.currentPassword);
    requireStrength(change.newPassword, account);
    const newHash = await hashPassword(change.newPassword);
    const [row] = await this.#of(id).query(sql.CHANGE_PASSWORD, [id, hash, newHash]);
    if (!row) throw wrongPassword();
    return toAccount(row);
  }

  /**
   * From here on there is no such account, and its e-mail may register again; what the orders
   * service knows of the person is erased by a worker, as soon as that can be.
   * @throws ApiError `unknown_account` (404), also when it is deleted already; `wrong_password`
   * (401), `orders_unfinished` (409), `too_many_attempts` (429)
   */
  async delete(id: string, { password }: Deletion, requestId: string): Promise<DeletedAccount> {
    const { hash } = await this.#confirmed(id, password);
    if ((await this.#records.unfinishedOrders(id, requestId)) > 0) {
      throw new ApiError(409, "orders_unfinished", "An order is still being processed");
    }
    await this.#of(id).transaction(async (transaction) => {
      const deleted = await transaction.query(sql.DELETE_ACCOUNT, [id, hash]);
      if (deleted.length === 0) throw wrongPassword();
      await transaction.query(sql.INSERT_ERASURE, [id]);
    });
    return { id };
  }

  async #confirmed(id: string, password: string): Promise<{ account: Account; hash: string }> {
    const [row] = await this.#of(id).read(sql.FIND_BY_ID, [id]);
    if (!row) throw unknownAccount();
    const hash = String(row.password_hash);
    if (!(await this.#limits.confirm(id, () => verifyPassword(password, hash)))) {
      throw wrongPassword();
    }
    return { account: toAccount(row), hash };
  }

  async #byEmail(email: string): Promise<Row | undefined> {
    const database = this.#database.bucket(bucketOfEmail(email));
    const [row] = await database.read(sql.FIND_BY_EMAIL, [normaliseEmail(email)]);
    return row;
  }

  #of(id: string): BucketDatabase {
    return this.#database.bucket(bucketOfId(id));
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= hashPassword("nobody's password");
    return this.#decoy;
  }
}

function requireStrength(password: string, person: { email: string; name: string }): void {
  const weakness = passwordWeakness(password, person);
  if (weakness) throw new ApiError(422, "weak_password", weakness);
}

function unknownAccount(): ApiError {
  return new ApiError(404, "unknown_account", "There is no such account");
}

function wrongPassword(): ApiError {
  return new ApiError(401, "wrong_password", "This is not your current password");
}

function toAccount(row: Row): Account {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    createdAt: (row.created_at as Date).toISOString(),
    sessionVersion: Number(row.session_version),
  };
}
