import { bucketOfEmail, bucketOfId, newId, normaliseEmail } from "../shared/buckets.ts";
import type { Account, Credentials, Registration } from "../shared/contracts/accounts.ts";
import type { Row } from "../shared/database.ts";
import { ApiError } from "../shared/errors.ts";
import type { ShardedDatabase } from "../shared/sharded-database.ts";
import { hashPassword, verifyPassword } from "./password-hash.ts";
import { passwordWeakness } from "./password-rules.ts";

const EMAIL = /^[^\s@<>()[\],;:\\"]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u;

/** The store's accounts. */
export class AccountBook {
  readonly #database: ShardedDatabase;
  #decoy: Promise<string> | undefined;

  constructor(database: ShardedDatabase) {
    this.#database = database;
  }

  /** @throws ApiError `invalid_email` or `weak_password` (422), `email_taken` (409). */
  async register(registration: Registration): Promise<Account> {
    const email = normaliseEmail(registration.email);
    const name = registration.name.trim();
    if (!EMAIL.test(email)) {
      throw new ApiError(422, "invalid_email", "This is not an e-mail address");
    }
    const weakness = passwordWeakness(registration.password, { email, name });
    if (weakness) throw new ApiError(422, "weak_password", weakness);
    const bucket = bucketOfEmail(email);
    const [row] = await this.#database.bucket(bucket).query(
      {
        name: "insert-account",
        text: `INSERT INTO accounts (id, email, name, password_hash) VALUES ($1, $2, $3, $4)
               ON CONFLICT (email) DO NOTHING RETURNING *`,
      },
      [newId(bucket), email, name, await hashPassword(registration.password)],
    );
    if (!row)
      throw new ApiError(409, "email_taken", "There is an account with this e-mail already");
    return toAccount(row);
  }

  /** @throws ApiError `wrong_credentials` (401), without saying which of the two is wrong. */
  async signIn({ email, password }: Credentials): Promise<Account> {
    const [row] = await this.#database
      .bucket(bucketOfEmail(email))
      .read({ name: "account-by-email", text: "SELECT * FROM accounts WHERE email = $1" }, [
        normaliseEmail(email),
      ]);
    // An unknown address takes as long as a wrong password, or time would tell who has an account.
    const hash = row ? String(row.password_hash) : await this.#decoyHash();
    const matches = await verifyPassword(password, hash);
    if (!row || !matches) {
      throw new ApiError(401, "wrong_credentials", "E-mail or password is wrong");
    }
    return toAccount(row);
  }

  async find(id: string): Promise<Account | undefined> {
    const [row] = await this.#database
      .bucket(bucketOfId(id))
      .read({ name: "account-by-id", text: "SELECT * FROM accounts WHERE id = $1" }, [id]);
    return row && toAccount(row);
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= hashPassword("nobody's password");
    return this.#decoy;
  }
}

function toAccount(row: Row): Account {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    createdAt: (row.created_at as Date).toISOString(),
  };
}
