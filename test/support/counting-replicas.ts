import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { Counter, collectDefaultMetrics, Registry } from "prom-client";
import { freePort } from "./processes.ts";
import { SteadyLoad } from "./steady-load.ts";

interface Replica {
  address: string;
  server: Server;
}

/** Replicas that count their requests in Prometheus' format, each on an address of its own. */
export class CountingReplicas {
  readonly port: number;
  readonly #replicas: Replica[] = [];

  private constructor(port: number) {
    this.port = port;
  }

  static async start(count: number): Promise<CountingReplicas> {
    const replicas = new CountingReplicas(await freePort());
    await replicas.scale(count);
    return replicas;
  }

  get addresses(): string[] {
    return this.#replicas.map(({ address }) => address);
  }

  async scale(count: number): Promise<void> {
    while (this.#replicas.length < count) await this.#add(`127.0.77.${this.#replicas.length + 1}`);
    for (const { server } of this.#replicas.splice(count)) {
      server.closeAllConnections();
      server.close();
    }
  }

  /** Requests to one replica after the other. */
  load(requestsPerSecond: number): SteadyLoad {
    let next = 0;
    return new SteadyLoad(requestsPerSecond, () => {
      next += 1;
      return `http://${this.addresses[next % this.addresses.length]}:${this.port}/`;
    });
  }

  async #add(address: string): Promise<void> {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const requests = new Counter({
      name: "http_requests_total",
      help: "Requests answered",
      labelNames: ["route"],
      registers: [registry],
    });
    const server = createServer(async ({ url = "/" }, response) => {
      requests.inc({ route: url });
      response.end(url === "/metrics" ? await registry.metrics() : "hello");
    }).listen(this.port, address);
    await once(server, "listening");
    this.#replicas.push({ address, server });
  }
}
