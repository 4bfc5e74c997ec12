import {
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Server } from "./server.ts";

/** Beside `server.mjs`; nothing of it is loaded unless traces are wanted. */
const SDK = "./tracing-sdk.mjs";

const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SDK_DISABLED } =
  process.env;
const wanted =
  OTEL_SDK_DISABLED !== "true" &&
  Boolean(OTEL_EXPORTER_OTLP_ENDPOINT || OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);

/** Of requests under way, by request id: calls to peers know that, and need no context else. */
const current = new Map<string, Span>();

/** Looked up each time: the SDK's bundle registers its own after this one has been loaded. */
function tracer(): Tracer {
  return trace.getTracer("ha-store");
}

/** Sends traces if OpenTelemetry's standard variables say where to; gives what ends that. */
export async function startTracing(service: string): Promise<() => Promise<void>> {
  if (!wanted) return async () => undefined;
  const { startSdk }: typeof import("./tracing-sdk.ts") = await import(SDK);
  return startSdk(service);
}

/** @param silent routes that leave no trace */
export function traceRequests(server: Server, silent: ReadonlySet<string>): void {
  if (!wanted) return;
  server.addHook("onRequest", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    if (silent.has(route)) return;
    const span = tracer().startSpan(
      `${request.method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          "http.request.method": request.method,
          "http.route": route,
          "ha_store.request_id": request.id,
        },
      },
      propagation.extract(ROOT_CONTEXT, request.headers),
    );
    current.set(request.id, span);
    reply.raw.once("close", () => {
      current.delete(request.id);
      end(span, reply.raw.writableFinished ? reply.statusCode : undefined, "the client went away");
    });
  });
}

export interface TracedCall {
  /** To send along, so that the peer's part joins the trace. */
  headers: Record<string, string>;
  /** @param status of the answer, if there was one */
  end: (status: number | undefined) => void;
}

const UNTRACED: TracedCall = { headers: {}, end: () => undefined };

export function traceCall(method: string, peer: string, requestId: string): TracedCall {
  if (!wanted) return UNTRACED;
  const parent = current.get(requestId);
  const context = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
  const attributes = { "http.request.method": method, "server.address": peer };
  const span = tracer().startSpan(
    `${method} ${peer}`,
    { kind: SpanKind.CLIENT, attributes },
    context,
  );
  const headers: Record<string, string> = {};
  propagation.inject(trace.setSpan(context, span), headers);
  return { headers, end: (status) => end(span, status, "no answer") };
}

function end(span: Span, status: number | undefined, otherwise: string): void {
  if (status !== undefined) span.setAttribute("http.response.status_code", status);
  if (status === undefined || status >= 500) {
    const message = status === undefined ? { message: otherwise } : {};
    span.setStatus({ code: SpanStatusCode.ERROR, ...message });
  }
  span.end();
}
