import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { haproxyConfig } from "../../components/serving/haproxy-config.ts";
import { freePort, type Running, start, stop, until } from "../../test/support/processes.ts";

/** The store's balancer in front of servers of this machine. */
export interface Edge {
  origin: string;
  running: Running;
  stop: () => Promise<void>;
}

/** With the configuration that the store's has, but for how the servers are found. */
export async function startEdge(origins: readonly string[], folder: string): Promise<Edge> {
  const ports = { httpPort: await freePort(), metricsPort: await freePort() };
  const config = join(folder, `haproxy-${ports.httpPort}.cfg`);
  const found = haproxyConfig(ports, { dnsName: "local", host: "local", port: 0 });
  const servers = origins.map(
    (origin, index) => `  server replica-${index + 1} ${new URL(origin).host} check`,
  );
  const text = found
    .replace(/ resolvers cluster resolve-prefer ipv4 init-addr none$/m, "")
    .replace(/^ {2}server-template .*$/m, servers.join("\n"));
  await writeFile(config, text);
  const running = start("haproxy", ["-W", "-db", "-f", config]);
  const origin = `http://127.0.0.1:${ports.httpPort}`;
  const ready = async () => {
    if (running.process.exitCode !== null) throw new Error(`haproxy: ${running.output()}`);
    // Any answer of a server: the balancer's own is 503.
    const answer = await fetch(origin).catch(() => undefined);
    return answer !== undefined && answer.status !== 503;
  };
  await until("the balancer to find a server", ready);
  return { origin, running, stop: () => stop(running) };
}
