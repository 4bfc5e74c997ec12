import type { FastifyReply } from "fastify";

/**
 * Aborted when whoever asks is gone before the answer. `request.signal` of Fastify 5.12 is aborted as soon
 * as the request's body was read.
 */
export function callerOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once("close", () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
