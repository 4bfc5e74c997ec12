import { join } from "node:path";
import type { FastifyReply } from "fastify";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import Type from "typebox";
import { Assets } from "../shared/assets.ts";
import { Health } from "../shared/health.ts";
import { createLogger } from "../shared/logger.ts";
import { Peer } from "../shared/peer.ts";
import { addSecurityHeaders, setSecurityHeaders } from "../shared/security-headers.ts";
import { createServer } from "../shared/server.ts";
import { runService, type Service } from "../shared/service.ts";
import { Observer } from "./observer.ts";
import { Layout } from "./pages/layout.tsx";
import { ProblemPage } from "./pages/problem.tsx";
import { StatusPage } from "./pages/status.tsx";
import { PrometheusClient } from "./prometheus.ts";
import { readStatusSettings } from "./settings.ts";

const refreshSeconds = 10;
const html = "text/html; charset=utf-8";

function createStatus(): Service {
  const settings = readStatusSettings(process.env);
  const log = createLogger("status", settings.logLevel);
  const health = new Health();
  const assets = new Assets(join(import.meta.dirname, "public"));
  const peer = new Peer(
    { name: "Prometheus", origin: settings.prometheusUrl, token: undefined },
    log,
  );
  const observer = new Observer(new PrometheusClient(peer));
  const page = (title: string, body: VNode) =>
    `<!doctype html>${renderToString(
      <Layout storeName={settings.storeName} title={title} assets={assets}>
        {body}
      </Layout>,
    )}`;
  /** What is wrong may be over the next time. */
  const refresh = (reply: FastifyReply) => reply.header("refresh", String(refreshSeconds));
  const server = createServer({
    ...settings,
    log,
    health,
    problemPage: ({ status }, _request, reply) => {
      setSecurityHeaders(reply, false);
      if (status === 503) refresh(reply);
      return page("Unknown", <ProblemPage status={status} />);
    },
  });
  addSecurityHeaders(server, false);
  assets.addRoutes(server);
  const querystring = Type.Object({ refresh: Type.Optional(Type.Literal("off")) });
  server.get("/", { schema: { querystring } }, async (request, reply) => {
    const snapshot = await observer.look(request.id);
    const live = request.query.refresh !== "off";
    if (live) refresh(reply);
    reply.type(html).header("cache-control", "no-store");
    return page("Status", <StatusPage snapshot={snapshot} live={live} seconds={refreshSeconds} />);
  });
  return { settings, log, health, server };
}

await runService(createStatus);
