import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "../../../components/delivery/registry.ts";
import { RegistryAccess } from "../../../components/delivery/registry-access.ts";
import { SwarmOrchestrator } from "../../../components/orchestrator/swarm/swarm-orchestrator.ts";
import { OnlineStore, type OnlineStoreArgs } from "../../../components/store/online-store.ts";
import { plain, type Recording, recordResources } from "../../support/pulumi-mocks.ts";

/** Inputs of a Swarm service, with those blocks that every service of a store has. */
export interface Service {
  name: string;
  mode: { replicated?: { replicas: number }; global?: boolean };
  labels: { label: string; value: string }[];
  endpointSpec: { mode: string; ports: { publishMode: string; publishedPort: number }[] };
  updateConfig: { order: string; failureAction: string };
  taskSpec: {
    containerSpec: {
      image: string;
      args?: string[];
      env: Record<string, string>;
      user: string;
      readOnly: boolean;
      capDrops: string[];
      healthcheck: { tests: string[] };
      secrets: { secretName: string; fileName: string }[];
      mounts: { type: string; source?: string; target: string }[];
    };
    resources: { limits: { memoryBytes: number } };
    placement: { prefs: string[]; constraints: string[]; platforms: object[] };
    networksAdvanceds: { id: string; aliases: string[] }[];
  };
}

/** Images of a store, without the registry's own. */
export const images = [
  "storefront",
  "catalog",
  "accounts",
  "orders",
  "etcd",
  "postgres",
  "valkey",
  "haproxy",
  "prometheus",
  "node-exporter",
  "status",
];
/** The services that are written for the store. */
export const applications = ["storefront", "catalog", "accounts", "orders"];

/** Members of databases and of etcd, in their zones. */
export const members = ["etcd", "products-db", "shard-1"].flatMap((name) =>
  [1, 2, 3].map((number) => ({ name: `${name}-${number}`, zone: `zone-${number}` })),
);
/** Routers of the databases. */
export const routers = ["products-db", "shard-1"];
/** What makes the databases' logins. */
export const logins = routers.map((cluster) => `${cluster}-logins`);
/** What watches all the others. */
export const monitoring = [
  "prometheus",
  "status",
  ...[1, 2, 3].map((number) => `node-exporter-${number}`),
];
/** Members and Sentinels of the cache. */
export const caches = ["cache", "cache-sentinel"].flatMap((name) =>
  [1, 2, 3].map((number) => `${name}-${number}`),
);

/** A new folder with a build context for each image; whoever makes it removes it. */
export function makeServicesFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "services-"));
  for (const image of [...images, "registry", "autoscaler", "alertmanager"]) {
    mkdirSync(join(folder, image));
    writeFileSync(join(folder, image, "Dockerfile"), `FROM debian:trixie-slim\nLABEL ${image}=1\n`);
  }
  return folder;
}

/** A store, and what was registered for it. */
export interface Store {
  recording: Recording;
  store: OnlineStore;
  /** Inputs of the Swarm service of that name. */
  service: (name: string) => Service;
}

/**
 * The whole of what index.ts makes.
 *
 * @param versions - Of the registry's credentials.
 */
export async function makeStore(
  folder: string,
  args: Partial<OnlineStoreArgs> = {},
  versions?: string[],
): Promise<Store> {
  const recording = await recordResources();
  const address = "10.77.0.11:5000";
  const access = new RegistryAccess("registry-access", { address, versions });
  const orchestrator = new SwarmOrchestrator("swarm", {
    host: "unix:///var/run/docker.sock",
    prefix: "ha-store-test",
    zones: ["zone-1", "zone-2", "zone-3"],
    registry: { username: access.username, password: access.password, address, insecure: true },
  });
  const registry = new Registry("registry", {
    orchestrator,
    access,
    context: join(folder, "registry"),
  });
  const store = new OnlineStore("store", {
    orchestrator,
    registry,
    servicesFolder: folder,
    ...args,
  });
  await recording.settled();
  const service = (name: string) =>
    plain(recording.one("docker:index/service:Service", name).inputs) as Service;
  return { recording, store, service };
}

/** Names and inputs of all Swarm services. */
export function services(recording: Recording): [string, Service][] {
  return recording
    .ofType("docker:index/service:Service")
    .map(({ name, inputs }) => [name, plain(inputs) as Service]);
}
