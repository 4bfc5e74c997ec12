import { join } from "node:path";
import { Health } from "../shared/health.ts";
import { createLogger } from "../shared/logger.ts";
import { readMigrations } from "../shared/migrations.ts";
import { Peer } from "../shared/peer.ts";
import { createServer } from "../shared/server.ts";
import { runService, type Service } from "../shared/service.ts";
import { ShardedDatabase } from "../shared/sharded-database.ts";
import { AccountBook } from "./account-book.ts";
import { AttemptBook } from "./attempt-book.ts";
import { CustomerRecords } from "./customer-records.ts";
import { ErasureBook } from "./erasure-book.ts";
import { Limits } from "./limits.ts";
import { addRoutes } from "./routes.ts";
import { readAccountsSettings } from "./settings.ts";
import { runWorkers } from "./worker.ts";

function createAccounts(): Service {
  const settings = readAccountsSettings(process.env);
  const log = createLogger("accounts", settings.logLevel);
  const database = new ShardedDatabase(settings.shards, "accounts", log);
  const folder = join(import.meta.dirname, "migrations");
  const health = new Health(database);
  const server = createServer({ ...settings, log, health });
  const orders = new Peer(
    { name: "The orders service", origin: settings.ordersUrl, token: settings.serviceTokens[0] },
    log,
  );
  const records = new CustomerRecords(orders);
  const attempts = new AttemptBook(database);
  const erasures = new ErasureBook(database);
  const limits = new Limits(attempts, settings.limits, log);
  addRoutes(server, new AccountBook(database, limits, records));
  return {
    settings,
    log,
    health,
    server,
    prepare: (signal) => database.start({ sets: [readMigrations(folder)] }, signal),
    background: async (signal) => {
      const parts = { erasures, records, attempts, log };
      await Promise.all([database.rest(), runWorkers(database.shards, parts, signal)]);
    },
    close: () => database.close(),
  };
}

await runService(createAccounts);
