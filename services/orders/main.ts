import { join } from "node:path";
import { Health } from "../shared/health.ts";
import { createLogger } from "../shared/logger.ts";
import { readMigrations } from "../shared/migrations.ts";
import { Peer } from "../shared/peer.ts";
import { createServer } from "../shared/server.ts";
import { runService, type Service } from "../shared/service.ts";
import { ShardedDatabase } from "../shared/sharded-database.ts";
import { CartBook } from "./cart-book.ts";
import { CheckoutDesk } from "./checkout.ts";
import { Erasure } from "./erasure.ts";
import { addErasureRoutes } from "./erasure-routes.ts";
import { OrderBook } from "./order-book.ts";
import { addRoutes } from "./routes.ts";
import { PurchaseSaga } from "./saga.ts";
import { readOrdersSettings } from "./settings.ts";
import { SimulatedPayment } from "./simulated-payment.ts";
import { Stock } from "./stock.ts";
import { runWorkers } from "./worker.ts";

function createOrders(): Service {
  const settings = readOrdersSettings(process.env);
  const log = createLogger("orders", settings.logLevel);
  const database = new ShardedDatabase(settings.shards, "orders", log);
  const folder = join(import.meta.dirname, "migrations");
  const health = new Health(database);
  const server = createServer({ ...settings, log, health });
  const catalog = new Peer(
    { name: "The catalogue", origin: settings.catalogUrl, token: settings.serviceToken },
    log,
  );
  const stock = new Stock(catalog);
  const payment = new SimulatedPayment(database);
  const carts = new CartBook(database);
  const orders = new OrderBook(database);
  const saga = new PurchaseSaga(orders, stock, payment, log);
  const desk = new CheckoutDesk({ carts, orders, stock, payment, saga, log });
  addRoutes(server, carts, orders, desk);
  addErasureRoutes(server, new Erasure(database));
  return {
    settings,
    log,
    health,
    server,
    prepare: (signal) => database.start({ sets: [readMigrations(folder)] }, signal),
    background: async (signal) => {
      await Promise.all([database.rest(), runWorkers(database.shards, orders, saga, log, signal)]);
    },
    close: () => database.close(),
  };
}

await runService(createOrders);
