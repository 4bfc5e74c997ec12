import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type CacheCluster, startCacheCluster } from "./cache.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { freePort, type Running, run, start, stop } from "./processes.ts";
import { until } from "./until.ts";

const ROOT = resolve(".");
const NODE = join(ROOT, "node_modules/.bin/node");

/** Seconds, on a machine that is busy with other things. */
const START_SECONDS = 60;

export type ServiceName = "storefront" | "catalog" | "accounts" | "orders";

export interface RunningService extends Running {
  url: string;
  stop: () => Promise<void>;
}

/** The whole store as processes on this machine: the bundles that go into the images. */
export interface Store {
  postgres: Postgres;
  cache: CacheCluster;
  /** A file with this content, as a secret would be mounted. */
  secret: (name: string, content: string) => Promise<string>;
  /** Settings that a further replica of a service needs. */
  environment: (service: ServiceName) => Record<string, string>;
  start: (service: ServiceName, changes?: Record<string, string>) => Promise<RunningService>;
  services: Record<ServiceName, RunningService>;
  stop: () => Promise<void>;
}

/** Bundles the services, as the images get them. */
export async function bundleServices(): Promise<void> {
  await run(NODE, ["services/build.ts"], { cwd: ROOT });
}

/** Starts one bundle without waiting for anything. */
export function startBundle(
  service: ServiceName | "status" | "autoscaler",
  env: Record<string, string>,
  [program, ...args]: [string, ...string[]] = ["server.mjs"],
): Running {
  return start(NODE, [join(ROOT, `services/${service}/dist/${program}`), ...args], {
    env: { PATH: process.env.PATH ?? "", ...env },
    cwd: tmpdir(),
  });
}

/** @param durable whether commits wait for the disk, as they do in production */
export async function startStore(
  changes: Record<string, string> = {},
  durable = false,
): Promise<Store> {
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (const stopOne of stops.reverse().splice(0)) await stopOne();
  };
  try {
    return await assemble(changes, durable, stops, stopAll);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function assemble(
  changes: Record<string, string>,
  durable: boolean,
  stops: (() => Promise<void>)[],
  stopAll: () => Promise<void>,
): Promise<Store> {
  await bundleServices();
  const folder = await mkdtemp(join(tmpdir(), "ha-store-services-"));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const secret = async (name: string, content: string) => {
    const path = join(folder, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  const postgres = await startPostgres(durable);
  stops.push(postgres.stop);
  const cache = await startCacheCluster();
  stops.push(cache.stop);
  const shared = {
    LOG_LEVEL: "info",
    DRAIN_SECONDS: "1",
    SERVICE_TOKEN_FILE: await secret("token", "service-token"),
    ...changes,
  };
  const ports = {
    storefront: await freePort(),
    catalog: await freePort(),
    accounts: await freePort(),
    orders: await freePort(),
  };
  const url = (service: ServiceName) => `http://127.0.0.1:${ports[service]}`;
  const database = async (name: string) => {
    await postgres.createDatabase(name, `${name}-password`);
    return {
      DATABASE_HOST: "127.0.0.1",
      DATABASE_PORT: String(postgres.port),
      DATABASE_NAME: name,
      DATABASE_USER: name,
      DATABASE_PASSWORD_FILE: await secret(`${name}-password`, `${name}-password\n`),
    };
  };
  const settings: Record<ServiceName, Record<string, string>> = {
    catalog: {
      ...shared,
      ...(await database("catalog")),
      ...cache.environment,
    },
    accounts: { ...shared, ...(await database("accounts")), ORDERS_URL: url("orders") },
    orders: { ...shared, ...(await database("orders")), CATALOG_URL: url("catalog") },
    storefront: {
      ...shared,
      COOKIE_SECURE: "false",
      SESSION_KEYS_FILE: await secret("keys", JSON.stringify(["k".repeat(40), "old".repeat(20)])),
      CATALOG_URL: url("catalog"),
      ACCOUNTS_URL: url("accounts"),
      ORDERS_URL: url("orders"),
    },
  };
  const startService = async (service: ServiceName, own: Record<string, string> = {}) => {
    const port = own.PORT ?? String(await freePort());
    const running = startBundle(service, { ...settings[service], ...own, PORT: port });
    const origin = `http://127.0.0.1:${port}`;
    const stopService = () => stop(running);
    stops.push(stopService);
    const ready = async () => {
      if (running.process.exitCode !== null) throw new Error(`${service}: ${running.output()}`);
      return await isReady(origin);
    };
    await until(`${service} to be ready`, ready, START_SECONDS);
    return { ...running, url: origin, stop: stopService };
  };
  const startOnPort = (service: ServiceName) =>
    startService(service, { PORT: String(ports[service]) });
  const [catalog, accounts, orders, storefront] = await Promise.all([
    startOnPort("catalog"),
    startOnPort("accounts"),
    startOnPort("orders"),
    startOnPort("storefront"),
  ]);
  return {
    postgres,
    cache,
    secret,
    environment: (service) => settings[service],
    start: startService,
    services: { catalog, accounts, orders, storefront },
    stop: stopAll,
  };
}

async function isReady(origin: string): Promise<boolean> {
  const answer = await fetch(`${origin}/readyz`).catch(() => undefined);
  return answer?.status === 200;
}
