import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Edge, startEdge } from "../support/edge.ts";

/** What a replica does with a POST; everything else it answers. */
const replicas: Record<string, (socket: Socket) => void> = {
  "does not answer": () => {},
  "is gone before it answers": (socket) => void socket.destroy(),
};

let servers: Server[] = [];
let edge: Edge | undefined;

afterEach(async () => {
  await edge?.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The balancer before a good replica and one that has its way with POSTs. */
async function startBoth(withPost: (socket: Socket) => void): Promise<Edge> {
  const bad = await serve(({ method, socket }, response) => {
    if (method === "POST") withPost(socket);
    else response.end();
  });
  const good = await serve((_request, response) => void response.end());
  edge = await startEdge([bad, good], { idempotentPaths: ["/checkout"] });
  return edge;
}

/** Of one POST after the other, so that the replicas take turns; 0 where there was no answer. */
async function statuses({ origin }: Edge, path: string): Promise<number[]> {
  const found: number[] = [];
  for (let request = 0; request < 2; request += 1) {
    const answer = fetch(`${origin}${path}`, { method: "POST", body: "key=1" });
    found.push(
      await answer.then(
        ({ status }) => status,
        () => 0,
      ),
    );
  }
  return found;
}

describe.each(Object.entries(replicas))("where a replica %s", (_what, withPost) => {
  test("another answers a POST that may be sent twice", async () => {
    expect(await statuses(await startBoth(withPost), "/checkout")).toEqual([200, 200]);
  }, 30_000);

  test("no other gets a POST that may not", async () => {
    const found = await statuses(await startBoth(withPost), "/account/password");
    expect(found.filter((status) => status === 200)).toHaveLength(1);
  }, 60_000);
});
