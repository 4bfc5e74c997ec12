import { join } from "node:path";
import { Cache } from "../shared/cache.ts";
import { Database } from "../shared/database.ts";
import { Health } from "../shared/health.ts";
import { createLogger } from "../shared/logger.ts";
import { Metrics } from "../shared/metrics.ts";
import { migrateWhenReachable, readMigrations } from "../shared/migrations.ts";
import { createServer } from "../shared/server.ts";
import { runService, type Service } from "../shared/service.ts";
import { StandbyReads } from "../shared/standby-reads.ts";
import { Administration } from "./administration.ts";
import { addAdministrationRoutes } from "./administration-routes.ts";
import { Answers } from "./answers.ts";
import { ProductReader } from "./product-reader.ts";
import { ReservationBook } from "./reservation-book.ts";
import { addRoutes } from "./routes.ts";
import { seedCatalogue } from "./seed/seed.ts";
import { readCatalogSettings } from "./settings.ts";

function createCatalog(): Service {
  const settings = readCatalogSettings(process.env);
  const log = createLogger("catalog", settings.logLevel);
  const database = new Database(settings.database, "catalog", log);
  const reads = new StandbyReads(database, settings.database, "catalog", log);
  const cache = new Cache(settings.cache, log);
  const answers = new Answers(cache);
  const health = new Health(reads);
  const metrics = new Metrics();
  const server = createServer({ ...settings, log, health, metrics });
  if (settings.cache) {
    const help = "Whether the cache's primary is reached";
    metrics.gauge("store_cache_answering", help, () => Number(cache.isConnected));
  }
  addRoutes(
    server,
    new ProductReader(reads, answers),
    new ReservationBook(database, answers, metrics),
  );
  addAdministrationRoutes(server, new Administration(database, answers));
  return {
    settings,
    log,
    health,
    server,
    prepare: (signal) =>
      migrateWhenReachable(
        database,
        {
          sets: [readMigrations(join(import.meta.dirname, "migrations"))],
          seed: (session) => seedCatalogue(session, settings.seedProducts, log),
        },
        log,
        signal,
      ),
    close: async () => {
      cache.close();
      await reads.close();
      await database.close();
    },
  };
}

await runService(createCatalog);
