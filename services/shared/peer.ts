import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Agent, request as send } from "undici";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { ApiError, ErrorBody, TooManyAttemptsError, UnavailableError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { traceCall } from "./tracing.ts";
import { backoffMilliseconds, pause } from "./wait.ts";

export interface PeerSettings {
  /** As people call it, for error messages. */
  name: string;
  origin: string;
  token: string | undefined;
}

export interface PeerRequest {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  requestId: string;
  /** @default true for GET; set it where the peer makes a repeated call harmless. */
  idempotent?: boolean;
  /** @default 2000 */
  timeoutMilliseconds?: number;
  /** Aborted once nobody waits for the answer any more. @default the answer is always wanted */
  caller?: AbortSignal;
}

const ATTEMPTS = 3;
const CONNECT_TIMEOUT_MS = 1_000;
/** Where a peer refuses for a while without saying for how long. */
const RETRY_AFTER_SECONDS = 1;
// Where nothing was sent, nothing can happen twice.
const NEVER_SENT =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/;
const isErrorBody = Compile(ErrorBody);

/**
 * Calls another service's internal API; answers are checked against its contract. A replica that does
 * not answer takes all connections with it: new ones are made to the addresses that accept them.
 */
export class Peer {
  readonly #settings: PeerSettings;
  readonly #breaker: CircuitBreaker;
  #connections = newConnections();

  constructor(settings: PeerSettings, log: Logger) {
    this.#settings = settings;
    this.#breaker = new CircuitBreaker({ failures: 5, openMilliseconds: 1_000 }, (open) => {
      if (open) log.warn({ peer: settings.name }, "peer not answering");
      else log.info({ peer: settings.name }, "peer answering");
    });
  }

  /**
   * @throws ApiError as the peer answered it; TooManyAttemptsError if that was 429.
   * @throws UnavailableError if it can't be reached, is overloaded or breaks its contract.
   */
  async call<T extends TSchema>(answer: Contract<T>, request: PeerRequest): Promise<Static<T>> {
    const method = request.method ?? "GET";
    const attempts = (request.idempotent ?? method === "GET") ? ATTEMPTS : 1;
    for (let attempt = 1; ; attempt += 1) {
      if (!this.#breaker.allows()) throw new UnavailableError(this.#settings.name);
      try {
        const result = await this.#once(answer, method, request);
        this.#breaker.succeeded();
        return result;
      } catch (error) {
        if (request.caller?.aborted) throw error;
        if (!(error instanceof UnavailableError)) {
          this.#breaker.succeeded();
          throw error;
        }
        if (error.cause instanceof PartMissing) {
          // The peer itself is there, has waited long enough, and serves others.
          this.#breaker.succeeded();
          throw error;
        }
        if (attempt >= (neverSent(error) ? ATTEMPTS : attempts)) {
          // One lost replica of several fails no call, and must not keep calls from the others.
          this.#breaker.failed();
          throw error;
        }
        await pause(backoffMilliseconds(attempt, 50, 400));
      }
    }
  }

  /** Calls under way end on the connections that they have. */
  #reconnect(failed: Agent): void {
    if (failed !== this.#connections) return;
    this.#connections = newConnections();
    failed.close().catch(() => undefined);
  }

  async #once<T extends TSchema>(
    answer: Contract<T>,
    method: string,
    request: PeerRequest,
  ): Promise<Static<T>> {
    const { name } = this.#settings;
    const { status, body, retryAfter } = await this.#exchange(method, request);
    if (status < 300) {
      if (answer.check(body)) return body;
      throw new UnavailableError(name, new Error(`${request.path} broke its contract`));
    }
    if (status === 429) throw new TooManyAttemptsError(retryAfter ?? RETRY_AFTER_SECONDS);
    const said = isErrorBody.Check(body) ? body.error : undefined;
    if (status === 503 && said?.code === "unavailable") {
      throw new UnavailableError(name, new PartMissing(said.message));
    }
    if (status >= 500) {
      throw new UnavailableError(name, new Error(`${request.path} answered ${status}`));
    }
    if (said) throw new ApiError(status, said.code, said.message);
    throw new UnavailableError(name, new Error(`${request.path} answered ${status}`));
  }

  async #exchange(
    method: string,
    request: PeerRequest,
  ): Promise<{ status: number; body: unknown; retryAfter: number | undefined }> {
    const url = new URL(request.path, this.#settings.origin);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const traced = traceCall(method, url.host, request.requestId);
    const headers: Record<string, string> = {
      ...traced.headers,
      "x-request-id": request.requestId,
    };
    if (this.#settings.token) headers.authorization = `Bearer ${this.#settings.token}`;
    if (request.body !== undefined) headers["content-type"] = "application/json";
    const connections = this.#connections;
    const { caller, timeoutMilliseconds = 2_000 } = request;
    const timeout = AbortSignal.timeout(timeoutMilliseconds);
    try {
      // Not `fetch`, which takes several times as long; redirections are not followed either way.
      const response = await send(url, {
        dispatcher: connections,
        method,
        headers,
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: caller ? AbortSignal.any([caller, timeout]) : timeout,
      });
      const text = await response.body.text();
      traced.end(response.statusCode);
      // Perhaps only this replica's mistake: if it is asked again, then another one.
      if (response.statusCode === 500) this.#reconnect(connections);
      return {
        status: response.statusCode,
        body: text === "" ? null : JSON.parse(text),
        retryAfter: Number(response.headers["retry-after"]) || undefined,
      };
    } catch (error) {
      traced.end(undefined);
      if (!caller?.aborted) this.#reconnect(connections);
      throw new UnavailableError(this.#settings.name, error);
    }
  }
}

/** The peer answers, but not the part of it, such as one shard, that this request needs. */
class PartMissing extends Error {}

function newConnections(): Agent {
  return new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS } });
}

function neverSent(error: UnavailableError): boolean {
  const cause = error.cause instanceof Error ? (error.cause.cause ?? error.cause) : undefined;
  return cause instanceof Error && "code" in cause && NEVER_SENT.test(String(cause.code));
}

/** A schema compiled once into a check of answers. */
export interface Contract<T extends TSchema> {
  check(value: unknown): value is Static<T>;
}

export function contract<T extends TSchema>(schema: T): Contract<T> {
  const compiled = Compile(schema);
  return { check: (value): value is Static<T> => compiled.Check(value) };
}
