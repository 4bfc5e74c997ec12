import { join } from "node:path";
import { Health } from "../shared/health.ts";
import { createLogger } from "../shared/logger.ts";
import { Metrics } from "../shared/metrics.ts";
import { readMigrations } from "../shared/migrations.ts";
import { Peer } from "../shared/peer.ts";
import { createServer } from "../shared/server.ts";
import { runService, type Service } from "../shared/service.ts";
import { ShardedDatabase } from "../shared/sharded-database.ts";
import { Backlog } from "./backlog.ts";
import { CancellationDesk } from "./cancellation.ts";
import { CartBook } from "./cart-book.ts";
import { CheckoutDesk } from "./checkout.ts";
import { Erasure } from "./erasure.ts";
import { addErasureRoutes } from "./erasure-routes.ts";
import { Finisher } from "./finisher.ts";
import { OrderBook } from "./order-book.ts";
import { RefundBook } from "./refund-book.ts";
import { RefundSaga } from "./refund-saga.ts";
import { addRoutes } from "./routes.ts";
import { PurchaseSaga } from "./saga.ts";
import { readOrdersSettings } from "./settings.ts";
import { SimulatedPayment } from "./simulated-payment.ts";
import { Stock } from "./stock.ts";
import { TradeMetrics } from "./trade-metrics.ts";
import { runWorkers } from "./worker.ts";

function createOrders(): Service {
  const settings = readOrdersSettings(process.env);
  const log = createLogger("orders", settings.logLevel);
  const database = new ShardedDatabase(settings.shards, "orders", log);
  const folder = join(import.meta.dirname, "migrations");
  const health = new Health(database);
  const metrics = new Metrics();
  const server = createServer({ ...settings, log, health, metrics });
  const catalog = new Peer(
    { name: "The catalogue", origin: settings.catalogUrl, token: settings.serviceTokens[0] },
    log,
  );
  const stock = new Stock(catalog);
  const payment = new SimulatedPayment(database);
  const trade = new TradeMetrics(metrics);
  const carts = new CartBook(database);
  const orders = new OrderBook(database, trade, settings.cancellationMinutes);
  const refunds = new RefundBook(database, trade, settings.cancellationMinutes);
  const purchase = new PurchaseSaga(orders, stock, payment, log);
  payment.onAnswer((orderId, outcome) => {
    purchase.hear(orderId, outcome).catch((error: unknown) => {
      log.warn({ err: error, orderId }, "can't take the payment provider's word");
    });
  });
  const purchases = new Finisher(new Backlog(database, "outbox"), purchase, log);
  const refund = new RefundSaga(refunds, stock, payment, log);
  const cancellations = new Finisher(new Backlog(database, "refunds"), refund, log);
  const checkout = new CheckoutDesk({ carts, orders, stock, payment, finisher: purchases, trade });
  const cancellation = new CancellationDesk(orders, refunds, cancellations);
  addRoutes(server, carts, orders, checkout, cancellation);
  addErasureRoutes(server, new Erasure(database));
  const finishers = [purchases, cancellations];
  return {
    settings,
    log,
    health,
    server,
    prepare: (signal) => database.start({ sets: [readMigrations(folder)] }, signal),
    background: async (signal) => {
      await Promise.all([database.rest(), runWorkers(database.shards, finishers, log, signal)]);
    },
    close: () => database.close(),
  };
}

await runService(createOrders);
