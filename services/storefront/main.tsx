import { join } from "node:path";
import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Assets } from "../shared/assets.ts";
import { Health } from "../shared/health.ts";
import { createLogger } from "../shared/logger.ts";
import { Peer } from "../shared/peer.ts";
import { addSecurityHeaders, setSecurityHeaders } from "../shared/security-headers.ts";
import { createServer, type Problem } from "../shared/server.ts";
import { runService, type Service } from "../shared/service.ts";
import { Administrators } from "./administrators.ts";
import { CategoryMenu } from "./category-menu.ts";
import { GuestPages } from "./guest-pages.ts";
import { ProblemPage } from "./pages/problem.tsx";
import { AccountsClient } from "./peers/accounts.ts";
import { AdministrationClient } from "./peers/administration.ts";
import { CatalogClient } from "./peers/catalog.ts";
import { OrdersClient } from "./peers/orders.ts";
import { languageOf, renderPage, setLanguageHeaders } from "./render.tsx";
import { addAccountRoutes } from "./routes/account.tsx";
import { addAdministrationRoutes } from "./routes/administration.tsx";
import { addCartRoutes } from "./routes/cart.tsx";
import { addCatalogueRoutes } from "./routes/catalogue.tsx";
import { addLanguageRoutes } from "./routes/language.ts";
import { addMemberRoutes } from "./routes/member.tsx";
import { addOrderRoutes } from "./routes/orders.tsx";
import { addPictureRoutes } from "./routes/pictures.ts";
import { readStorefrontSettings } from "./settings.ts";
import { Signer } from "./signer.ts";
import type { Storefront } from "./storefront.ts";

function createStorefront(): Service {
  const settings = readStorefrontSettings(process.env);
  const log = createLogger("storefront", settings.logLevel);
  const health = new Health();
  const peer = (name: string, origin: string) =>
    new Peer({ name, origin, token: settings.serviceTokens[0] }, log);
  const assets = new Assets(join(import.meta.dirname, "public"));
  const catalogPeer = peer("The catalogue", settings.catalogUrl);
  const catalog = new CatalogClient(catalogPeer);
  const accounts = new AccountsClient(peer("The accounts service", settings.accountsUrl));
  const store: Storefront = {
    storeName: settings.storeName,
    cookieSecure: settings.cookieSecure,
    signer: new Signer(settings.sessionKeys),
    assets,
    menu: new CategoryMenu(catalog),
    guestPages: new GuestPages(),
    catalog,
    accounts,
    orders: new OrdersClient(peer("The orders service", settings.ordersUrl)),
    administration: new AdministrationClient(catalogPeer, catalog),
    administrators: new Administrators(settings.adminEmails, accounts),
  };
  const server = createServer({
    ...settings,
    log,
    health,
    behindBalancer: true,
    problemPage: (...given) => renderProblem(store, ...given),
  });
  addSecurityHeaders(server, settings.cookieSecure);
  server.register(cookie);
  server.register(formbody, { bodyLimit: 32 * 1024 });
  assets.addRoutes(server);
  addPictureRoutes(server);
  addCatalogueRoutes(server, store);
  addAccountRoutes(server, store);
  addMemberRoutes(server, store);
  addCartRoutes(server, store);
  addOrderRoutes(server, store);
  addLanguageRoutes(server, store);
  addAdministrationRoutes(server, store);
  return { settings, log, health, server };
}

/** Needs no peer: it is also shown when one is down. */
function renderProblem(
  { storeName, assets, cookieSecure }: Storefront,
  { status }: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): string {
  const language = languageOf(request);
  setLanguageHeaders(reply, language);
  setSecurityHeaders(reply, cookieSecure);
  const frame = {
    storeName,
    stylesheet: assets.url("store.css"),
    favicon: assets.url("favicon.svg"),
    categories: [],
  };
  const title = language.texts.problem.title(status);
  return renderPage(language, frame, title, <ProblemPage status={status} />);
}

await runService(createStorefront);
