import { hostname } from "node:os";
import pino from "pino";
import { ApiError } from "./errors.ts";

export type Logger = pino.Logger;

// A write for each line would cost a busy service a tenth of its time, so lines of a moment (in ms) are
// written together; what is left when the process ends, at its end.
const OUTPUT = { sync: false, minLength: 16_000, periodicFlush: 100 };

/** One JSON object per line on standard output; never bodies, headers, cookies or addresses. */
export function createLogger(service: string, level: string): Logger {
  const options = {
    level,
    base: { service, instance: hostname() },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
  };
  return pino(options, pino.destination(OUTPUT));
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
