import type { Statement } from "../shared/database.ts";

export const INSERT_ACCOUNT: Statement = {
  name: "insert-account",
  text: `INSERT INTO accounts (id, email, name, password_hash) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING RETURNING *`,
};

export const FIND_BY_EMAIL: Statement = {
  name: "account-by-email",
  text: "SELECT * FROM accounts WHERE email = $1",
};

export const FIND_BY_ID: Statement = {
  name: "account-by-id",
  text: "SELECT * FROM accounts WHERE id = $1",
};

export const RENAME: Statement = {
  name: "rename-account",
  text: "UPDATE accounts SET name = $2 WHERE id = $1 RETURNING *",
};

// Of two changes at the same time one comes too late: its current password is no longer that.
export const CHANGE_PASSWORD: Statement = {
  name: "change-password",
  text: `UPDATE accounts SET password_hash = $3, session_version = session_version + 1
         WHERE id = $1 AND password_hash = $2 RETURNING *`,
};

export const DELETE_ACCOUNT: Statement = {
  name: "delete-account",
  text: "DELETE FROM accounts WHERE id = $1 AND password_hash = $2 RETURNING id",
};

export const INSERT_ERASURE: Statement = {
  name: "insert-erasure",
  text: "INSERT INTO erasures (account_id) VALUES ($1)",
};

// A bucket on its way has its rows on two shards; only the owner's are worked on.
export const FIND_DUE: Statement = {
  name: "find-due-erasures",
  text: `SELECT account_id FROM erasures
         WHERE due_at <= now() AND left(account_id, 3) IN (
           SELECT lpad(to_hex(bucket), 3, '0') FROM buckets WHERE state = 'owned')
         ORDER BY due_at LIMIT $1`,
};

export const CLAIM_DUE: Statement = {
  name: "claim-due-erasure",
  text: `UPDATE erasures SET due_at = now() + make_interval(secs => $2), attempts = attempts + 1
         WHERE account_id = $1 AND due_at <= now() RETURNING account_id`,
};

export const POSTPONE: Statement = {
  name: "postpone-erasure",
  text: `UPDATE erasures
         SET due_at = now() + make_interval(secs => least(60, 0.5 * 2 ^ least(attempts, 10)))
         WHERE account_id = $1`,
};

export const FINISH: Statement = {
  name: "finish-erasure",
  text: `DELETE FROM erasures
         WHERE account_id = $1 AND deleted_at <= now() - make_interval(secs => $2)
         RETURNING account_id`,
};

export const REPEAT: Statement = {
  name: "repeat-erasure",
  text: `UPDATE erasures SET attempts = 0, due_at = deleted_at + make_interval(secs => $2)
         WHERE account_id = $1`,
};
