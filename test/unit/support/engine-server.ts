import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Answers one path of the Engine API: an object goes out as JSON, a Buffer as a log stream. */
export type Answer = (query: URLSearchParams, response: ServerResponse) => object | undefined;

/** Plays a Docker Engine on a unix socket. */
export interface EngineServer {
  /** As in `DOCKER_HOST`. */
  host: string;
  close: () => Promise<void>;
}

/** Nothing to send: the answer wrote to the response by itself, or never will. */
export const unanswered = undefined;

/** A Swarm whose services have the registry's credentials, so that nobody hands them out. */
export const credentialsGiven: Record<string, Answer> = { "/configs": () => [{}] };

/** Serves the Engine API's paths that are given; all others are not found. */
export async function serveEngine(answers: Record<string, Answer>): Promise<EngineServer> {
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  const socket = join(folder, "docker.sock");
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://engine");
    const answer = answers[pathname];
    if (!answer) {
      response.writeHead(404).end(JSON.stringify({ message: `no ${pathname}` }));
      return;
    }
    const body = answer(searchParams, response);
    if (Buffer.isBuffer(body)) response.end(body);
    else if (body) response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(socket, done));
  return {
    host: `unix://${socket}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(folder, { recursive: true });
    },
  };
}

/** Lines as the engine sends them for a container without a terminal: each behind its own header. */
export function multiplexed(lines: string[], stream: 1 | 2 = 1): Buffer {
  return Buffer.concat(
    lines.flatMap((line) => {
      const content = Buffer.from(`${line}\n`);
      const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
      header.writeUInt32BE(content.length, 4);
      return [header, content];
    }),
  );
}
