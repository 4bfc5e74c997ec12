import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { selfSignedCertificate } from "../../../components/security/self-signed-certificate.ts";

/**
 * What the API answers at one path: an object, a text such as a log, a status that refuses, or what a watch
 * of the path is told.
 */
export type Answer = object | string | number | AsyncIterable<object>;

/** Gives the answer to one request. */
export type Respond = (query: URLSearchParams, body: unknown) => Answer;

/** Plays the API of a Kubernetes cluster. */
export interface ClusterServer {
  /** Path of a kubeconfig with the one context `shop`. */
  kubeconfig: string;
  /** How many connections are open. */
  connections: () => Promise<number>;
  close: () => Promise<void>;
}

const pair = selfSignedCertificate("1".repeat(64), ["127.0.0.1"]);

/** Serves the API's paths that are given, and watches of `watch PATH`; all others are not found. */
export async function serveCluster(answers: Record<string, Respond>): Promise<ClusterServer> {
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  const server = createServer(
    { cert: pair.certificate, key: pair.privateKey },
    (request, response) => void answer(request, response, answers),
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, stringify(configurationFor(`https://127.0.0.1:${port}`)));
  return {
    kubeconfig,
    connections: () => promisify(server.getConnections.bind(server))(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(folder, { recursive: true });
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  answers: Record<string, Respond>,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://cluster");
  const body = await text(request);
  const path = searchParams.has("watch") ? `watch ${pathname}` : pathname;
  const found = answers[path]?.(searchParams, body ? JSON.parse(body) : undefined) ?? 404;
  if (typeof found === "string") {
    response.setHeader("content-type", "text/plain").end(found);
    return;
  }
  const refused = typeof found === "number";
  response.writeHead(refused ? found : 200, { "content-type": "application/json" });
  if (typeof found === "object" && Symbol.asyncIterator in found) {
    response.flushHeaders();
    for await (const event of found) response.write(`${JSON.stringify(event)}\n`);
    response.end();
    return;
  }
  response.end(JSON.stringify(refused ? { kind: "Status", code: found } : found));
}

/** A kubeconfig with one context. */
export function configurationFor(server: string): object {
  const authority = Buffer.from(pair.certificate).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "lab", cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: "ops", user: { token: "ops-token" } }],
    contexts: [{ name: "shop", context: { cluster: "lab", user: "ops" } }],
    "current-context": "shop",
  };
}
