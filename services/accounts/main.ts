import { join } from "node:path";
import { Database } from "../shared/database.ts";
import { Health } from "../shared/health.ts";
import { createLogger } from "../shared/logger.ts";
import { createServer } from "../shared/server.ts";
import { runService, type Service } from "../shared/service.ts";
import { AccountBook } from "./account-book.ts";
import { addRoutes } from "./routes.ts";
import { readAccountsSettings } from "./settings.ts";

function createAccounts(): Service {
  const settings = readAccountsSettings(process.env);
  const log = createLogger("accounts", settings.logLevel);
  const database = new Database(settings.database, "accounts", log);
  const health = new Health(database);
  const server = createServer({ log, health, serviceToken: settings.serviceToken });
  addRoutes(server, new AccountBook(database));
  return {
    settings,
    log,
    health,
    server,
    schema: { database, migrations: join(import.meta.dirname, "migrations") },
    close: () => database.close(),
  };
}

await runService(createAccounts);
