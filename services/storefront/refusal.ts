import { ApiError, TooManyAttemptsError } from "../shared/errors.ts";
import type { Exchange } from "./exchange.tsx";

/** A form that was refused: how its page is answered, and what it tells. */
export interface Refusal {
  status: number;
  problem: string;
  retryAfterSeconds?: number;
}

/** @throws what was thrown, if it says nothing about the form */
export function refusalOf({ language }: Exchange, error: unknown): Refusal {
  if (error instanceof TooManyAttemptsError) {
    const { retryAfterSeconds } = error;
    const problem = language.texts.account.wait(language.duration(retryAfterSeconds));
    return { status: 429, problem, retryAfterSeconds };
  }
  if (!(error instanceof ApiError) || error.status >= 500) throw error;
  return { status: 422, problem: language.refusal(error) };
}
