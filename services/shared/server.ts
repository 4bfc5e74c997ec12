import { randomUUID, timingSafeEqual } from "node:crypto";
import { hostname } from "node:os";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from "fastify";
import { ApiError, errorBody, UnavailableError } from "./errors.ts";
import type { Health } from "./health.ts";
import { LoadLimit, MAX_IN_FLIGHT, OverloadedError } from "./load-limit.ts";
import type { Logger } from "./logger.ts";
import { Metrics, type ReplicaInfo } from "./metrics.ts";
import { OpenApi } from "./openapi.ts";
import { PROBES } from "./probes.ts";
import { traceRequests } from "./tracing.ts";
import { compileValidator } from "./validation.ts";

export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface ServerOptions {
  log: Logger;
  health: Health;
  /**
   * If there are any, every route but the probes and metrics asks for one of them; with pages, only the
   * document.
   * @default none
   */
  serviceTokens?: readonly string[];
  /** Requests worked on at the same time; more are answered 503 at once. @default 256 */
  maxInFlight?: number;
  /**
   * Requests come through a balancer that tells, last in `X-Forwarded-For`, who asks; what clients
   * themselves wrote there comes before and is not believed.
   * @default false: whoever connects is who asks
   */
  behindBalancer?: boolean;
  /** What its metrics tell of the replica. @default nothing */
  replica?: ReplicaInfo;
  /** Where the service's own figures are. @default those of requests and of the process only */
  metrics?: Metrics;
  /** Makes an HTML page of an error for people. @default errors are JSON */
  problemPage?: (problem: Problem, request: FastifyRequest, reply: FastifyReply) => string;
}

/** What may be said about an error to the outside. */
export interface Problem {
  status: number;
  code: string;
  message: string;
  /** When to try again. */
  retryAfterSeconds?: number;
}

const REQUEST_ID = /^[\w.:-]{8,128}$/;
const DOCUMENT = "/openapi.json";
const REQUEST_TIMEOUT_MS = 15_000;
const RETRY_AFTER_SECONDS = 2;
const BODY_LIMIT_BYTES = 64 * 1024;

/** A Fastify server with what every service has: probes, metrics, request ids, errors as JSON. */
export function createServer(options: ServerOptions): Server {
  const { health, serviceTokens = [] } = options;
  const logger: FastifyBaseLogger = options.log;
  const answer = (request: FastifyRequest, reply: FastifyReply, problem: Problem) => {
    reply.code(problem.status);
    const retryAfter = problem.status === 503 ? RETRY_AFTER_SECONDS : problem.retryAfterSeconds;
    if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
    if (options.problemPage)
      reply.type("text/html; charset=utf-8").send(options.problemPage(problem, request, reply));
    else reply.send(errorBody(problem.code, problem.message));
  };
  const server = Fastify({
    loggerInstance: logger,
    // One line per answer is written below; Fastify's own two would double the volume.
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: "requestId",
    }),
    genReqId: (request) => {
      const given = request.headers["x-request-id"];
      return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
    },
    trustProxy: (_address, hop) => options.behindBalancer === true && hop === 0,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Node looks for overdue requests each 30 s unless told otherwise.
    http: { connectionsCheckingInterval: 2_000, headersTimeout: REQUEST_TIMEOUT_MS },
    // Longer than the balancer keeps idle connections, so that it is never the server that closes
    // one while a request is on its way.
    keepAliveTimeout: 75_000,
    return503OnClosing: false,
    // Addresses that can't even be looked up, as too long ones.
    frameworkErrors: (error, request, reply) => answer(request, reply, describe(error)),
    routerOptions: { ignoreTrailingSlash: true },
  })
    .setValidatorCompiler(compileValidator)
    .withTypeProvider<TypeBoxTypeProvider>();

  const metrics = options.metrics ?? new Metrics();
  if (options.replica) metrics.describe(options.replica);
  const openApi = describeRoutes(server, options);
  const instance = hostname();
  server.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    reply.header("x-served-by", instance);
    if (health.draining) reply.header("connection", "close");
  });
  traceRequests(server, PROBES);
  server.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    const seconds = reply.elapsedTime / 1000;
    metrics.observe({ method: request.method, route, status: reply.statusCode }, seconds);
    const line = {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (PROBES.has(route)) {
      request.log.trace(line, "answered");
      return;
    }
    request.log.info(line, "answered");
    health.probation.note(reply.statusCode);
  });

  server.get("/healthz", async () => ({ status: "alive" }));
  server.get("/readyz", async (_request, reply) => {
    const problem = await health.problem();
    if (problem !== undefined) reply.code(503);
    return { status: problem ?? "ready" };
  });
  server.get("/provenz", async (_request, reply) => {
    const problem =
      (await health.problem()) ?? (health.probation.isOver ? undefined : "on probation");
    if (problem !== undefined) reply.code(503);
    return { status: problem ?? "proven" };
  });
  server.get("/metrics", async (_request, reply) => {
    reply.type(metrics.contentType);
    return await metrics.render();
  });

  server.addHook("onRequest", async (request) => {
    if (health.started || PROBES.has(request.routeOptions.url ?? "")) return;
    throw new UnavailableError("This service");
  });
  const pages = options.problemPage !== undefined;
  if (serviceTokens.length > 0) requireToken(server, serviceTokens, pages);
  limitLoad(server, new LoadLimit(options.maxInFlight ?? MAX_IN_FLIGHT), metrics);
  server.get(DOCUMENT, async () => openApi.document());
  server.setNotFoundHandler((request, reply) => {
    answer(request, reply, {
      status: 404,
      code: "not_found",
      message: "There is nothing at this address",
    });
  });
  server.setErrorHandler((error, request, reply) => {
    const problem = describe(error);
    const level = problem.status < 500 ? "debug" : problem.status === 503 ? "warn" : "error";
    request.log[level]({ err: error, status: problem.status }, "request failed");
    answer(request, reply, problem);
  });
  return server;
}

/** Sends JSON as it is; whoever made it kept to the route's schema. */
export function sendJson(reply: FastifyReply, json: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(json);
}

function describe(error: unknown): Problem {
  if (error instanceof ApiError) return error;
  const { statusCode, code, message, validationContext } = error as Partial<FastifyError>;
  // Text that PostgreSQL can't hold, such as a null character.
  if (code === "22021" || code === "22P05") {
    return { status: 400, code: "invalid_request", message: "The text has invalid characters" };
  }
  if (validationContext) return { status: 400, code: "invalid_request", message: message ?? "" };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return {
      status: statusCode,
      code: (code ?? "bad_request").toLowerCase(),
      message: message ?? "",
    };
  }
  return { status: 500, code: "internal", message: "Something went wrong on our side" };
}

/** @param pages the service is for people: only its document is not for everybody, or even there */
function requireToken(server: Server, tokens: readonly string[], pages: boolean): void {
  const accepted = tokens.map((token) => Buffer.from(`Bearer ${token}`));
  server.addHook("onRequest", async (request) => {
    const route = request.routeOptions.url ?? "";
    if (pages ? route !== DOCUMENT : PROBES.has(route)) return;
    const given = Buffer.from(request.headers.authorization ?? "");
    // How long a token is, is no secret.
    const isGiven = (one: Buffer) => given.length === one.length && timingSafeEqual(given, one);
    if (accepted.some(isGiven)) return;
    if (pages) throw new ApiError(404, "not_found", "There is nothing at this address");
    throw new ApiError(401, "unauthorized", "This interface needs the store's service token");
  });
}

function describeRoutes(
  server: Server,
  { log, problemPage, serviceTokens = [] }: ServerOptions,
): OpenApi {
  const pages = problemPage !== undefined;
  const openApi = new OpenApi({
    title: String(log.bindings().service),
    pages,
    token: serviceTokens.length > 0 && !pages,
  });
  server.addHook("onRoute", (route) => {
    if (!PROBES.has(route.url) && route.url !== DOCUMENT) openApi.add(route);
  });
  return openApi;
}

function limitLoad(server: Server, limit: LoadLimit, metrics: Metrics): void {
  metrics.gauge("http_requests_in_flight", "Requests being worked on", () => limit.inFlight);
  server.addHook("onRequest", async (request, reply) => {
    if (PROBES.has(request.routeOptions.url ?? "")) return;
    if (!limit.enter(request.method)) {
      metrics.countRefused();
      throw new OverloadedError();
    }
    // Also comes when the client has gone away before its answer.
    reply.raw.once("close", () => limit.leave());
  });
}
