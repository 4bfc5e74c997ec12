// A login is not there for a moment after a restore from a backup of before it was made.
const CONNECTION_SQLSTATES = /^(08...|25006|28...|53300|57P0[1-5]|25P03)$/;
const CONFLICT_SQLSTATES = new Set(["40001", "40P01", "25006"]);
const SYSTEM_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);
// node-postgres reports these by message only.
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed|The server does not support|timeout expired|Cannot use a pool after calling end)/;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** The connection, not the statement, is at fault: gone, frozen, or leading to a standby. */
export function isConnectionFailure(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isConnectionFailure);
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return CONNECTION_SQLSTATES.test(code) || SYSTEM_CODES.has(code) || MESSAGES.test(error.message);
}

/** The server took too long, for want of locks or of time; nothing happened. */
export function isOverload(error: unknown): boolean {
  return /^(57014|55P03|53...)$/.test(codeOf(error));
}

/** Others held the lock for longer than `lock_timeout`; nothing happened. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === "55P03";
}

/**
 * The connection has a statement's plan from before a migration gave a table another column, and refuses
 * the statement from now on. Nothing happened.
 */
export function isOutdatedPlan(error: unknown): boolean {
  return codeOf(error) === "0A000" && /cached plan/.test((error as Error).message);
}

/** The transaction certainly had no effect and may be run again as it is. */
export function isRetryableConflict(error: unknown): boolean {
  return CONFLICT_SQLSTATES.has(codeOf(error));
}

/** The database, its role or its password may still be in the making. */
export function isNotYetThere(error: unknown): boolean {
  return isConnectionFailure(error) || /^(3D000|40...|53...|55...)$/.test(codeOf(error));
}
