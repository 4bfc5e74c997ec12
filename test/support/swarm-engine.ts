import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A service as the Engine API tells of it, with what an autoscaler looks at. */
export interface EngineService {
  ID: string;
  Version: { Index: number };
  UpdatedAt: string;
  Spec: {
    Name: string;
    Labels: Record<string, string>;
    TaskTemplate: { ContainerSpec: { Image: string } };
    Mode: { Replicated: { Replicas: number } };
    EndpointSpec: { Mode: string };
  };
  UpdateStatus?: { State: string };
}

/**
 * Plays a Swarm manager's engine on a unix socket: it lists services and takes updates, those with the
 * version that the service has, and remembers what it was asked.
 */
export class SwarmEngine {
  readonly services: EngineService[] = [];
  /** Method and path of every request but pings. */
  readonly requests: string[] = [];
  private server: Server | undefined;
  private folder = "";

  get socket(): string {
    return join(this.folder, "docker.sock");
  }

  async start(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), "ha-store-engine-"));
    this.server = createServer(async (request, response) => {
      const [status, body] = await this.answer(request);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(this.socket);
    await once(this.server, "listening");
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    this.server?.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  add(name: string, replicas: number, labels: Record<string, string>): EngineService {
    const service: EngineService = {
      ID: `id-of-${name}`,
      Version: { Index: 7 },
      UpdatedAt: new Date(0).toISOString(),
      Spec: {
        Name: name,
        Labels: labels,
        TaskTemplate: { ContainerSpec: { Image: `${name}@sha256:1` } },
        Mode: { Replicated: { Replicas: replicas } },
        EndpointSpec: { Mode: "dnsrr" },
      },
    };
    this.services.push(service);
    return service;
  }

  private async answer(request: IncomingMessage): Promise<[number, unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://engine");
    if (pathname === "/_ping") return [200, "OK"];
    this.requests.push(`${request.method} ${pathname}`);
    if (request.method === "GET" && pathname === "/services") {
      return [200, this.list(JSON.parse(searchParams.get("filters") ?? "{}"))];
    }
    const [, id] = /^\/services\/([^/]+)\/update$/.exec(pathname) ?? [];
    const service = this.services.find(({ ID }) => ID === id);
    if (request.method !== "POST" || !service) return [404, { message: "page not found" }];
    if (Number(searchParams.get("version")) !== service.Version.Index) {
      return [500, { message: "rpc error: code = Unknown desc = update out of sequence" }];
    }
    service.Spec = JSON.parse(await bodyOf(request));
    service.Version.Index += 1;
    service.UpdatedAt = new Date().toISOString();
    return [200, { Warnings: null }];
  }

  private list({ label = [], name = [] }: { label?: string[]; name?: string[] }): EngineService[] {
    return this.services.filter(
      ({ Spec }) =>
        name.every((start) => Spec.Name.startsWith(start)) &&
        label.every((one) => {
          const [key = "", value] = one.split("=");
          const found = Spec.Labels[key];
          return value === undefined ? found !== undefined : found === value;
        }),
    );
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
