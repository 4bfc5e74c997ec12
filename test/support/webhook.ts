import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An alert as Alertmanager tells of it. */
export interface ToldAlert {
  status: "firing" | "resolved";
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** Takes what Alertmanager sends. */
export async function startWebhook() {
  const told: ToldAlert[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { alerts } = JSON.parse(Buffer.concat(chunks).toString()) as { alerts: ToldAlert[] };
    told.push(...alerts);
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/hook`, told, stop };
}
