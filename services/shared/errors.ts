import type { Static } from "typebox";
import Type from "typebox";

/** An answer other than success that the caller can act on; its message may be shown to people. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
  }
}

/** The service, or one it depends on, can't answer now: try again later. */
export class UnavailableError extends ApiError {
  constructor(what: string, cause?: unknown) {
    super(503, "unavailable", `${what} is not available right now; try again shortly`);
    this.name = "UnavailableError";
    this.cause = cause;
  }
}

/** Too much was tried, by one client or of one account: it may be tried again after a while. */
export class TooManyAttemptsError extends ApiError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(429, "too_many_attempts", `Too many attempts; try again in ${retryAfterSeconds} seconds`);
    this.name = "TooManyAttemptsError";
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const ErrorBody = Type.Object({
  error: Type.Object({ code: Type.String(), message: Type.String() }),
});
export type ErrorBody = Static<typeof ErrorBody>;

export function errorBody(code: string, message: string): ErrorBody {
  return { error: { code, message } };
}
