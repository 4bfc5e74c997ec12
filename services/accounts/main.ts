import { join } from "node:path";
import { Health } from "../shared/health.ts";
import { createLogger } from "../shared/logger.ts";
import { readMigrations } from "../shared/migrations.ts";
import { createServer } from "../shared/server.ts";
import { runService, type Service } from "../shared/service.ts";
import { ShardedDatabase } from "../shared/sharded-database.ts";
import { AccountBook } from "./account-book.ts";
import { addRoutes } from "./routes.ts";
import { readAccountsSettings } from "./settings.ts";

function createAccounts(): Service {
  const settings = readAccountsSettings(process.env);
  const log = createLogger("accounts", settings.logLevel);
  const database = new ShardedDatabase(settings.shards, "accounts", log);
  const folder = join(import.meta.dirname, "migrations");
  const health = new Health(database);
  const server = createServer({ ...settings, log, health });
  addRoutes(server, new AccountBook(database));
  return {
    settings,
    log,
    health,
    server,
    prepare: (signal) => database.start({ sets: [readMigrations(folder)] }, signal),
    background: () => database.rest(),
    close: () => database.close(),
  };
}

await runService(createAccounts);
