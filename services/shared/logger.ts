import { hostname } from "node:os";
import pino from "pino";
import { ApiError } from "./errors.ts";

export type Logger = pino.Logger;

/** One JSON object per line on standard output; never bodies, headers, cookies or addresses. */
export function createLogger(service: string, level: string): Logger {
  const options = {
    level,
    base: { service, instance: hostname() },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
  };
  // Written beside the requests, which needn't wait for it; what is left at the end is written then.
  return pino(options, pino.destination({ sync: false }));
}

/** PostgreSQL's `detail` quotes the row at fault, so only chosen fields are kept. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    message: error.message,
    code: "code" in error ? error.code : undefined,
    // Expected errors come in numbers during an outage, and where they were thrown says nothing.
    stack: error instanceof ApiError ? undefined : error.stack,
    cause: error.cause instanceof Error ? error.cause.message : undefined,
  };
}
