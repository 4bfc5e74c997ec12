import type { FastifyReply, FastifyRequest } from "fastify";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import Type from "typebox";
import type { ReservationLine } from "../shared/contracts/catalog.ts";
import { ApiError } from "../shared/errors.ts";
import type { Server } from "../shared/server.ts";
import { chooseLanguage, LANGUAGE_COOKIE } from "./language/choose.ts";
import { LanguageContext } from "./language/context.ts";
import type { Language } from "./language/language.ts";
import { type Frame, Layout } from "./pages/layout.tsx";
import { CSRF_FIELD } from "./pages/parts.tsx";
import type { Storefront } from "./storefront.ts";
import { LIFETIME_SECONDS, Visitor } from "./visitor.ts";

const HTML = "text/html; charset=utf-8";
const FIELD_LIMIT = 400;

export interface PageOptions {
  title?: string;
  /** @default 200 */
  status?: number;
  current?: string;
  query?: string;
}

/** One request of a browser and the page, or redirection, that answers it. */
export class Exchange {
  readonly store: Storefront;
  readonly visitor: Visitor;
  readonly language: Language;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  #cart: Promise<ReservationLine[]> | undefined;

  constructor(store: Storefront, request: FastifyRequest, reply: FastifyReply) {
    this.store = store;
    this.#request = request;
    this.#reply = reply;
    this.visitor = Visitor.fromCookie(request.cookies[cookieName(store)], store.signer);
    this.language = languageOf(request);
  }

  get requestId(): string {
    return this.#request.id;
  }

  get csrf(): string {
    return this.visitor.csrfToken(this.store.signer);
  }

  /** A path parameter, query parameter or form field, trimmed; empty if absent. */
  parameter(name: string): string {
    return textOf(this.#request.params, name);
  }

  query(name: string): string {
    return textOf(this.#request.query, name);
  }

  field(name: string): string {
    return textOf(this.#request.body, name);
  }

  /** A form field as it was typed: for passwords. */
  rawField(name: string): string {
    return rawTextOf(this.#request.body, name);
  }

  cartLines(): Promise<ReservationLine[]> {
    const { account, guestCart } = this.visitor;
    this.#cart ??= account
      ? this.store.orders.cart(account.id, this.requestId).then((cart) => cart.lines)
      : Promise.resolve(guestCart);
    return this.#cart;
  }

  /** Refuses forms that another site may have sent. */
  checkOrigin(): void {
    const site = this.#request.headers["sec-fetch-site"];
    const sameSite = site === undefined || site === "same-origin" || site === "none";
    if (sameSite && this.visitor.acceptsCsrf(this.field(CSRF_FIELD), this.store.signer)) return;
    throw new ApiError(403, "csrf_refused", "The form was too old, or not sent from this store");
  }

  async page(options: PageOptions, body: VNode): Promise<FastifyReply> {
    const frame = await this.#frame(options, this.csrf);
    return this.#send(options, renderPage(this.language, frame, options.title, body));
  }

  /**
   * A page that shows of the visitor no more than every page does.
   * @param subject the rest of what it shows, as kept in memory
   * @param body gets the token for its forms
   */
  async sharedPage(
    subject: object,
    options: PageOptions,
    body: (csrf: string) => VNode,
  ): Promise<FastifyReply> {
    const { csrf, language, visitor } = this;
    const frame = await this.#frame(options, csrf);
    const render = (token: string) => {
      const visible = frame.visitor && { ...frame.visitor, csrf: token };
      return renderPage(language, { ...frame, visitor: visible }, options.title, body(token));
    };
    const { path = "" } = frame;
    // What somebody adds to an address must not fill the memory.
    const alike = !visitor.account && frame.cartCount === 0 && !frame.notice && !path.includes("?");
    return this.#send(
      options,
      alike
        ? this.store.guestPages.render(subject, `${language.tag} ${path}`, csrf, render)
        : render(csrf),
    );
  }

  async #frame({ current, query }: PageOptions, csrf: string): Promise<Frame> {
    const { store, visitor } = this;
    const [categories, cartCount] = await Promise.all([
      store.menu.categories(this.language.locale, this.requestId),
      this.#cartCount(),
    ]);
    return {
      storeName: store.storeName,
      stylesheet: store.assets.url("store.css"),
      favicon: store.assets.url("favicon.svg"),
      visitor: { name: visitor.account?.name, staff: visitor.account?.staff === true, csrf },
      notice: visitor.takeNotice(),
      path: this.#request.url,
      categories,
      cartCount,
      ...(current === undefined ? {} : { current }),
      ...(query === undefined ? {} : { query }),
    };
  }

  #send({ status = 200 }: PageOptions, html: string): FastifyReply {
    this.#saveVisitor();
    setLanguageHeaders(this.#reply, this.language);
    return this.#reply
      .code(status)
      .type(HTML)
      .header("cache-control", "private, no-store")
      .send(html);
  }

  redirect(path: string): FastifyReply {
    this.#saveVisitor();
    return this.#reply.header("cache-control", "no-store").redirect(path, 303);
  }

  /** Keeps a small choice of the visitor, not bound to the session. */
  setCookie(name: string, value: string, maxAge: number): void {
    this.#reply.setCookie(name, value, {
      path: "/",
      httpOnly: true,
      sameSite: "lax",
      secure: this.store.cookieSecure,
      maxAge,
    });
  }

  async #cartCount(): Promise<number | undefined> {
    const lines = await this.cartLines().catch(() => undefined);
    return lines?.reduce((sum, line) => sum + line.quantity, 0);
  }

  #saveVisitor(): void {
    if (!this.visitor.changed) return;
    const cookie = this.visitor.toCookie(this.store.signer);
    this.setCookie(cookieName(this.store), cookie, LIFETIME_SECONDS);
  }
}

export function languageOf(request: FastifyRequest): Language {
  // An error can come before the cookies were read.
  const cookies: Record<string, string | undefined> = request.cookies ?? {};
  return chooseLanguage(cookies[LANGUAGE_COOKIE], request.headers["accept-language"]);
}

export function setLanguageHeaders(reply: FastifyReply, language: Language): void {
  reply.headers({ "content-language": language.tag, vary: "Accept-Language, Cookie" });
}

export function renderPage(
  language: Language,
  frame: Frame,
  title: string | undefined,
  body: VNode,
): string {
  const html = renderToString(
    <LanguageContext.Provider value={language}>
      <Layout frame={frame} title={title}>
        {body}
      </Layout>
    </LanguageContext.Provider>,
  );
  return `<!doctype html>${html}`;
}

/** What browsers send; pages and forms look into it themselves, to be kind about mistakes. */
const Fields = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: 100 })]),
);

type Handler = (exchange: Exchange) => Promise<FastifyReply>;

export function addPage(server: Server, store: Storefront, path: string, handler: Handler): void {
  server.get(path, { schema: { querystring: Fields } }, async (request, reply) => {
    return await handler(new Exchange(store, request, reply));
  });
}

/** A form's target: handled only if the form came from this store and this session. */
export function addForm(server: Server, store: Storefront, path: string, handler: Handler): void {
  server.post(path, { schema: { body: Fields } }, async (request, reply) => {
    const exchange = new Exchange(store, request, reply);
    exchange.checkOrigin();
    return await handler(exchange);
  });
}

/** The prefix makes browsers refuse the cookie from anywhere but this very host by HTTPS. */
function cookieName(store: Storefront): string {
  return store.cookieSecure ? "__Host-session" : "session";
}

function rawTextOf(source: unknown, name: string): string {
  if (typeof source !== "object" || source === null) return "";
  const value: unknown = Reflect.get(source, name);
  return typeof value === "string" ? value.slice(0, FIELD_LIMIT) : "";
}

function textOf(source: unknown, name: string): string {
  return rawTextOf(source, name).replaceAll("\0", "").trim();
}
