import { metrics, resolvers } from "./haproxy-parts.ts";

/** A backend of the balancer: a service found by DNS, checked by HTTP. */
export interface Backend {
  /** Name that the service is known by. */
  dnsName: string;
  port: number;
  /** Path that answers 200 while a replica may take traffic. @default "/readyz" */
  readinessPath?: string;
  /**
   * Path that answers 200 when a replica has proven itself: until then it gets only GETs, which are
   * made again elsewhere if it fails. @default as soon as it is ready
   */
  provenPath?: string;
  /**
   * Paths where a POST with the same body and `X-Request-Id` again changes nothing, and is answered as the
   * first: it is made again elsewhere, as GETs are, if a replica fails or does not answer. `*` stands for
   * one segment. @default none
   */
  idempotentPaths?: string[];
  /** How many replicas there can be at most. @default 100 */
  maxReplicas?: number;
}

/** The backend, and the host name that leads to all its replicas. */
export interface FoundBackend extends Backend {
  host: string;
}

/** What the balancer listens on. All ports are those in the container. */
export interface Frontend {
  httpPort: number;
  /** Absent: no TLS. */
  https?: { port: number; certificatePath: string };
  /** Port with the metrics for Prometheus, and `/healthz`. */
  metricsPort: number;
}

/**
 * Configuration of HAProxy. Replicas are found through the cluster's own DNS; the times are those
 * that lost no request while replicas, nodes and whole releases went away under load.
 */
export function haproxyConfig(frontend: Frontend, backend: FoundBackend): string {
  return [
    global,
    resolvers("500ms"),
    defaults,
    metrics(frontend.metricsPort),
    edge(frontend, backend),
    // What only gets GETs, which are made again elsewhere, needs no such attention.
    pool(
      "replicas",
      backend,
      backend.readinessPath ?? "/readyz",
      backend.provenPath ? "inter 1s fall 2" : "inter 500ms fall 2",
    ),
    // HAProxy takes a replica that it has just found for a good one until it has looked: with one
    // look, and little to do for it at first.
    ...(backend.provenPath
      ? [pool("proven", backend, backend.provenPath, "inter 500ms fall 1 slowstart 3s")]
      : []),
  ].join("\n");
}

const global = `global
  maxconn 4000
  log stdout format raw local0 info
  hard-stop-after 20s
  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256
  ssl-default-bind-ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
`;

/** Who answers a GET later is given up for another. */
const getTimeout = "3s";

const defaults = `defaults
  mode http
  log global
  option dontlognull
  option dontlog-normal
  option http-keep-alive
  option forwardfor
  # What nobody waits for any more isn't worked on either.
  option abortonclose
  timeout connect 1s
  timeout client 30s
  # A purchase may take 10 s, and is better answered late than sent twice.
  timeout server 15s
  # As long as a GET may take: who answers late is short of processors, as the others then are.
  timeout check ${getTimeout}
  timeout queue 5s
  timeout http-request 5s
  timeout http-keep-alive 15s
  retries 3
  option redispatch 1
  retry-on conn-failure empty-response response-timeout 500 502 503
`;

function edge({ https, ...frontend }: Frontend, backend: Backend): string {
  const secure = https
    ? `  bind :${https.port} ssl crt ${https.certificatePath} alpn h2,http/1.1
  http-response set-header Strict-Transport-Security "max-age=31536000" if { ssl_fc }
`
    : "";
  return `frontend edge
  bind :${frontend.httpPort}
${secure}  # What clients claim of themselves is not believed.
  http-request del-header X-Forwarded-For
  http-request set-header X-Forwarded-Proto https if { ssl_fc }
  http-request set-header X-Forwarded-Proto http if !{ ssl_fc }
  # For the orchestrator and for Prometheus, which don't come this way.
  http-request return status 404 if { path /metrics /healthz /readyz /provenz }
  unique-id-format %[uuid()]
  http-request set-header X-Request-Id %[unique-id]
${backend.provenPath ? "  use_backend proven if !METH_GET { nbsrv(proven) gt 0 }\n" : ""}  default_backend replicas
`;
}

function pathMatch(path: string): string {
  return path.includes("*") ? `path_reg ^${path.replaceAll("*", "[^/]+")}$` : `path ${path}`;
}

/** Longer than a purchase waits for its databases, and short enough for another replica to answer. */
const idempotentPostTimeout = "7s";

function pool(name: string, backend: FoundBackend, path: string, checks: string): string {
  const { idempotentPaths = [] } = backend;
  return `backend ${name}
  balance leastconn
  # Only a request that changes nothing the second time may be sent twice. It needs no patience with a
  # replica that was lost with its node: another one answers it.
  acl idempotent method GET HEAD
${idempotentPaths.map((one) => `  acl idempotent ${pathMatch(one)}\n`).join("")}  http-request disable-l7-retry unless idempotent
  http-request set-timeout server ${idempotentPostTimeout} if idempotent
  http-request set-timeout server ${getTimeout} if METH_GET
  option httpchk GET ${path}
  http-check expect status 200
  default-server ${checks} fastinter 250ms downinter 500ms rise 1 observe layer4 error-limit 3 on-error mark-down resolvers cluster resolve-prefer ipv4 init-addr none
  server-template replica 1-${backend.maxReplicas ?? 100} ${backend.host}:${backend.port} check
`;
}
