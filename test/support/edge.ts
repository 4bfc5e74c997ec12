import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Backend, haproxyConfig } from "../../components/serving/haproxy-config.ts";
import { freePort, type Running, start, stop } from "./processes.ts";
import { until } from "./until.ts";

/** The store's balancer in front of servers of this machine. */
export interface Edge {
  origin: string;
  metricsPort: number;
  running: Running;
  stop: () => Promise<void>;
}

/** With the configuration that the store's has, but for how the servers are found. */
export async function startEdge(
  origins: readonly string[],
  backend: Partial<Backend> = {},
): Promise<Edge> {
  const folder = await mkdtemp(join(tmpdir(), "ha-store-edge-"));
  const ports = { httpPort: await freePort(), metricsPort: await freePort() };
  const config = join(folder, "haproxy.cfg");
  const found = haproxyConfig(ports, { dnsName: "local", host: "local", port: 0, ...backend });
  const servers = origins.map(
    (origin, index) => `  server replica-${index + 1} ${new URL(origin).host} check`,
  );
  const text = found
    .replace(/ resolvers cluster resolve-prefer ipv4 init-addr none$/gm, "")
    .replace(/^ {2}server-template .*$/gm, servers.join("\n"));
  await writeFile(config, text);
  const running = start("/usr/sbin/haproxy", ["-W", "-db", "-f", config]);
  const origin = `http://127.0.0.1:${ports.httpPort}`;
  await until("the balancer to find a server", async () => {
    if (running.process.exitCode !== null) throw new Error(`haproxy: ${running.output()}`);
    // Any answer of a server: the balancer's own is 503.
    const answer = await fetch(origin).catch(() => undefined);
    return answer !== undefined && answer.status !== 503;
  });
  const stopAll = async () => {
    await stop(running);
    await rm(folder, { recursive: true });
  };
  return { origin, metricsPort: ports.metricsPort, running, stop: stopAll };
}
