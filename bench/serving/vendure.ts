import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { root } from "../../cli/workspace.ts";
import { engineCache } from "../../engine/cache.ts";
import type { SeedProduct } from "../../services/catalog/seed/generate.ts";
import type { Postgres } from "../../test/support/postgres.ts";
import { freePort, type Running, start, stop } from "../../test/support/processes.ts";
import { until } from "../../test/support/until.ts";

const SOURCES = join(root, "bench/peers/vendure");
const NODE = join(root, "node_modules/.bin/node");
const DATABASE = "vendure";
const PASSWORD = "vendure-password";
const START_SECONDS = 120;

/** One process of the peer that serves its shop API. */
export interface Vendure {
  origin: string;
  running: Running;
  stop: () => Promise<void>;
}

/**
 * Starts Vendure on the server with the same products. It is installed below the user's caches at
 * the first time, and its database kept there as a dump, because making it takes minutes.
 */
export async function startVendure(
  postgres: Postgres,
  products: readonly SeedProduct[],
  folder: string,
): Promise<Vendure> {
  const home = await install();
  await postgres.createDatabase(DATABASE, PASSWORD);
  const passwordFile = join(folder, "vendure-password");
  await writeFile(passwordFile, PASSWORD, { mode: 0o600 });
  const env = {
    PATH: process.env.PATH ?? "",
    NODE_ENV: "production",
    PORT: String(await freePort()),
    DATABASE_HOST: "127.0.0.1",
    DATABASE_PORT: String(postgres.port),
    DATABASE_NAME: DATABASE,
    DATABASE_USER: DATABASE,
    DATABASE_PASSWORD_FILE: passwordFile,
  };
  await fill(home, env, products);
  await postgres.query(DATABASE, "ANALYZE");
  const running = start(NODE, ["server.mjs"], { cwd: home, env });
  const origin = `http://127.0.0.1:${env.PORT}`;
  await until("Vendure to answer", () => answers(origin, running), START_SECONDS);
  return { origin, running, stop: () => stop(running) };
}

async function answers(origin: string, { process: { exitCode }, output }: Running) {
  if (exitCode !== null) throw new Error(`Vendure ended with ${exitCode}:\n${output()}`);
  const answer = await fetch(`${origin}/health`).catch(() => undefined);
  return answer?.status === 200;
}

/** Installs what the lock file says, once for each content of the sources. */
async function install(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of readdirSync(SOURCES).sort()) hash.update(readFileSync(join(SOURCES, name)));
  const peers = join(dirname(engineCache()), "peers");
  const home = join(peers, `vendure-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(home)) return home;
  console.log("installing Vendure ...");
  const unfinished = `${home}.part`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(peers, { recursive: true });
  await cp(SOURCES, unfinished, { recursive: true });
  await execa("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: unfinished,
  });
  await rename(unfinished, home);
  return home;
}

/** From the dump of an earlier run with the same products, else by Vendure itself. */
async function fill(home: string, env: Record<string, string>, products: readonly SeedProduct[]) {
  const content = JSON.stringify(products);
  const dump = join(home, `${createHash("sha256").update(content).digest("hex").slice(0, 12)}.sql`);
  const connection = {
    PATH: env.PATH,
    PGHOST: env.DATABASE_HOST,
    PGPORT: env.DATABASE_PORT,
    PGDATABASE: DATABASE,
    PGUSER: DATABASE,
    PGPASSWORD: PASSWORD,
  };
  if (existsSync(dump)) {
    const options = ["--quiet", "--set=ON_ERROR_STOP=1", "--file", dump];
    await execa("psql", options, { env: connection, stdout: "ignore" });
    return;
  }
  console.log("putting the products into Vendure and indexing them: minutes, the first time ...");
  const file = join(home, "products.json");
  await writeFile(file, content);
  await execa(NODE, ["populate.mjs", file], {
    cwd: home,
    env: { ...env, DATABASE_SYNCHRONIZE: "true" },
  });
  await execa("pg_dump", ["--no-owner", "--file", `${dump}.part`], { env: connection });
  await rename(`${dump}.part`, dump);
}
