import type { FastifyReply, FastifyRequest } from "fastify";
import type { VNode } from "preact";
import Type from "typebox";
import { callerOf } from "../shared/caller.ts";
import type { Client } from "../shared/contracts/accounts.ts";
import type { ReservationLine } from "../shared/contracts/catalog.ts";
import { ApiError } from "../shared/errors.ts";
import type { Server } from "../shared/server.ts";
import { inTime } from "../shared/wait.ts";
import { KnownDevices } from "./known-devices.ts";
import type { Language } from "./language/language.ts";
import { confirmMember, isTrusted, needsConfirmation } from "./member-session.ts";
import type { Frame } from "./pages/layout.tsx";
import { CSRF_FIELD } from "./pages/parts.tsx";
import { languageOf, renderPage, setLanguageHeaders } from "./render.tsx";
import type { Storefront } from "./storefront.ts";
import { LIFETIME_SECONDS, type Member, Visitor } from "./visitor.ts";

const HTML = "text/html; charset=utf-8";
const FIELD_LIMIT = 400;
const SESSION_COOKIE = "session";
const DEVICE_COOKIE = "devices";
/** A shard that is being replaced must not hold up the pages of those who only look around. */
const EXTRAS_MS = 800;
const DEVICE_COOKIE_SECONDS = 365 * 24 * 3600;

export interface PageOptions {
  title?: string;
  /** @default 200 */
  status?: number;
  current?: string;
  query?: string;
  /** When to try again, with a status that refuses. */
  retryAfterSeconds?: number | undefined;
}

/** One request of a browser and the page, or redirection, that answers it. */
export class Exchange {
  readonly store: Storefront;
  readonly visitor: Visitor;
  readonly language: Language;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  #cart: Promise<ReservationLine[]> | undefined;
  #member: Promise<Member | undefined> | undefined;

  constructor(store: Storefront, request: FastifyRequest, reply: FastifyReply) {
    this.store = store;
    this.#request = request;
    this.#reply = reply;
    this.visitor = Visitor.fromCookie(this.#cookie(SESSION_COOKIE), store.signer);
    this.language = languageOf(request);
  }

  get requestId(): string {
    return this.#request.id;
  }

  /** Aborted when the browser, or who asked for it, is gone. */
  get caller(): AbortSignal {
    return callerOf(this.#reply);
  }

  get csrf(): string {
    return this.visitor.csrfToken(this.store.signer);
  }

  /**
   * A part of the path, trimmed.
   * @throws ApiError `not_found` (404) if nothing is left of it: the rest would be another address
   */
  parameter(name: string): string {
    const text = textOf(this.#request.params, name);
    if (text === "") throw new ApiError(404, "not_found", "There is nothing at this address");
    return text;
  }

  /** A query parameter or form field, trimmed; empty if absent. */
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

  /**
   * The member, if the session has not ended meanwhile, for all that shows or changes what belongs
   * to one. The accounts service is asked once in a request; whose session has ended is a guest.
   * @throws UnavailableError if it doesn't answer, and has not for too long
   */
  member(): Promise<Member | undefined> {
    this.#member ??= this.#confirmMember();
    return this.#member;
  }

  /** Who asks, for the limits of the accounts service. */
  get client(): Client {
    return { address: this.#request.ip, devices: this.#knownDevices.list };
  }

  /** A member's is shown only once the session is confirmed. */
  async cartLines(): Promise<ReservationLine[]> {
    const member = await this.member();
    return member ? await this.#linesOf(member) : this.visitor.guestCart;
  }

  /** Whoever has signed in once is not kept from it by others who guess. */
  rememberDevice(accountId: string): void {
    this.#keepDevices(this.#knownDevices.with(accountId));
  }

  forgetDevice(accountId: string): void {
    this.#keepDevices(this.#knownDevices.without(accountId));
  }

  /** Brings what the visitor had in the cart as a guest to the member's. @throws as the orders service */
  async bringCart(account: Member): Promise<ReservationLine[] | undefined> {
    const { leftCart } = this.visitor;
    if (!leftCart) return undefined;
    const { key, lines } = leftCart;
    const cart = await this.store.orders.mergeCart(account.id, key, lines, this.requestId);
    this.visitor.forgetLeftCart();
    return cart.lines;
  }

  async #memberCart(account: Member): Promise<ReservationLine[]> {
    // What is not brought now will be with a later page.
    const brought = await this.bringCart(account).catch(() => undefined);
    return brought ?? (await this.store.orders.cart(account.id, this.requestId)).lines;
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
    if (needsConfirmation(visitor)) await inTime(this.member(), EXTRAS_MS);
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

  #send({ status = 200, retryAfterSeconds }: PageOptions, html: string): FastifyReply {
    this.#saveVisitor();
    if (retryAfterSeconds !== undefined) {
      this.#reply.header("retry-after", String(retryAfterSeconds));
    }
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

  async #confirmMember(): Promise<Member | undefined> {
    const { account } = this.visitor;
    const member = await confirmMember(this.visitor, this.store.accounts, this.requestId);
    if (account && !member) this.visitor.notify(this.language.texts.account.ended);
    return member;
  }

  async #cartCount(): Promise<number | undefined> {
    const { account, guestCart } = this.visitor;
    if (account && !isTrusted(this.visitor)) return undefined;
    const lines = account ? await inTime(this.#linesOf(account), EXTRAS_MS) : guestCart;
    return lines?.reduce((sum, line) => sum + line.quantity, 0);
  }

  #linesOf(member: Member): Promise<ReservationLine[]> {
    this.#cart ??= this.#memberCart(member);
    return this.#cart;
  }

  get #knownDevices(): KnownDevices {
    return KnownDevices.fromCookie(this.#cookie(DEVICE_COOKIE), this.store.signer);
  }

  #keepDevices(devices: KnownDevices): void {
    const value = devices.toCookie(this.store.signer);
    this.setCookie(cookieName(this.store, DEVICE_COOKIE), value, DEVICE_COOKIE_SECONDS);
  }

  #cookie(name: string): string | undefined {
    return this.#request.cookies[cookieName(this.store, name)];
  }

  #saveVisitor(): void {
    if (!this.visitor.changed) return;
    const cookie = this.visitor.toCookie(this.store.signer);
    this.setCookie(cookieName(this.store, SESSION_COOKIE), cookie, LIFETIME_SECONDS);
  }
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
function cookieName(store: Storefront, name: string): string {
  return store.cookieSecure ? `__Host-${name}` : name;
}

function rawTextOf(source: unknown, name: string): string {
  if (typeof source !== "object" || source === null) return "";
  const value: unknown = Reflect.get(source, name);
  return typeof value === "string" ? value.slice(0, FIELD_LIMIT) : "";
}

function textOf(source: unknown, name: string): string {
  return rawTextOf(source, name).replaceAll("\0", "").trim();
}
