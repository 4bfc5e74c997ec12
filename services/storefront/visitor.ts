import { randomBytes } from "node:crypto";
import type { ReservationLine } from "../shared/contracts/catalog.ts";
import { MAX_LINES, MAX_QUANTITY } from "../shared/contracts/limits.ts";
import type { Signer } from "./signer.ts";

const SESSION = "session";
const CSRF = "csrf";
export const LIFETIME_SECONDS = 7 * 24 * 3600;
/** A session in use is prolonged, but not with every request. */
const RENEW_AFTER_SECONDS = 12 * 3600;
/** It is not worth a new cookie to note more exactly when a session was confirmed. */
const NOTE_CONFIRMED_AFTER_SECONDS = 60;
/** Of accounts that have never ended their sessions. */
const FIRST_VERSION = 1;

export interface Member {
  id: string;
  name: string;
  /** Was an administrator when signing in: shows the way, but opens no door. */
  staff?: true;
  /** The account's when the session began: it ends with the next one. @default 1 */
  version?: number | undefined;
}

/** What somebody had in the cart as a guest, on its way to their cart as a member. */
export interface LeftCart {
  key: string;
  lines: ReservationLine[];
}

/** What the cookie holds. Signed but readable by its owner, so nothing secret belongs here. */
interface State {
  id: string;
  account?: Member;
  /**
   * A guest's cart as pairs of product id and quantity. A member's is kept by the orders service:
   * then this is what they had as a guest and is still to be brought there.
   */
  cart: [number, number][];
  /** With a member's `cart`: names it, so that it is brought once. */
  cartKey?: string;
  /** Shown once, on the next page. */
  notice?: string;
  /** Seconds since 1970. */
  issued: number;
  /** When the accounts service last said that the session goes on; seconds since 1970. */
  confirmed?: number;
}

/** The person at the other end, guest or member, as known from a signed cookie. */
export class Visitor {
  #state: State;
  #changed: boolean;

  private constructor(state: State, changed: boolean) {
    this.#state = state;
    this.#changed = changed;
  }

  /**
   * A cookie that is missing, forged or expired makes a new guest; one of a key that is about to go is
   * signed anew.
   */
  static fromCookie(cookie: string | undefined, signer: Signer, now = seconds()): Visitor {
    const { state, current } = open(cookie ?? "", signer);
    if (state === undefined || state.issued + LIFETIME_SECONDS < now) return Visitor.#guest(now);
    const renew = state.issued + RENEW_AFTER_SECONDS < now;
    return new Visitor(renew ? { ...state, issued: now } : state, renew || !current);
  }

  static #guest(now: number): Visitor {
    return new Visitor({ id: newSessionId(), cart: [], issued: now }, true);
  }

  get changed(): boolean {
    return this.#changed;
  }

  get account(): Member | undefined {
    return this.#state.account;
  }

  /** The session is one of the account's of this version; absent stands for the first. */
  isOf(version: number | undefined): boolean {
    return (this.account?.version ?? FIRST_VERSION) === (version ?? FIRST_VERSION);
  }

  wasConfirmedWithin(limitSeconds: number): boolean {
    return seconds() - (this.#state.confirmed ?? 0) < limitSeconds;
  }

  get guestCart(): ReservationLine[] {
    return this.#state.cart.map(([productId, quantity]) => ({ productId, quantity }));
  }

  get leftCart(): LeftCart | undefined {
    const { account, cartKey } = this.#state;
    return account && cartKey ? { key: cartKey, lines: this.guestCart } : undefined;
  }

  toCookie(signer: Signer): string {
    const payload = Buffer.from(JSON.stringify(this.#state)).toString("base64url");
    return `${payload}.${signer.sign(SESSION, payload)}`;
  }

  /** Bound to the session, so another site's form can't carry it. */
  csrfToken(signer: Signer): string {
    return signer.sign(CSRF, this.#state.id);
  }

  acceptsCsrf(token: string, signer: Signer): boolean {
    return signer.verify(CSRF, this.#state.id, token);
  }

  /** Under a new session id: one that somebody planted beforehand is worth nothing afterwards. */
  signIn({ id, name, staff, version }: Member): void {
    const account: Member = { id, name, ...(staff ? { staff } : {}), version };
    const { cart, cartKey = newSessionId() } = this.#state;
    const left = cart.length > 0 ? { cartKey } : {};
    const now = seconds();
    this.#set({ id: newSessionId(), account, cart, ...left, issued: now, confirmed: now });
  }

  /** The accounts service says that the session goes on, and what the member is called today. */
  confirm(name: string): void {
    const { account } = this.#state;
    if (!account) return;
    if (account.name === name && this.wasConfirmedWithin(NOTE_CONFIRMED_AFTER_SECONDS)) return;
    this.#set({ ...this.#state, account: { ...account, name }, confirmed: seconds() });
  }

  /** The member's cart has what was left. */
  forgetLeftCart(): void {
    const { cartKey: _, ...rest } = this.#state;
    this.#set({ ...rest, cart: [] });
  }

  signOut(): void {
    this.#set({ id: newSessionId(), cart: [], issued: seconds() });
  }

  setGuestQuantity(productId: number, quantity: number): void {
    const others = this.#state.cart.filter(([id]) => id !== productId);
    const line: [number, number] = [productId, Math.min(quantity, MAX_QUANTITY)];
    const present = others.length < this.#state.cart.length;
    if (quantity <= 0) this.#set({ ...this.#state, cart: others });
    else if (present) {
      const cart = this.#state.cart.map((old) => (old[0] === productId ? line : old));
      this.#set({ ...this.#state, cart });
    } else if (others.length < MAX_LINES) {
      this.#set({ ...this.#state, cart: [...others, line] });
    }
  }

  addToGuestCart(productId: number, quantity: number): void {
    const present = this.#state.cart.find(([id]) => id === productId)?.[1] ?? 0;
    this.setGuestQuantity(productId, present + quantity);
  }

  notify(notice: string): void {
    this.#set({ ...this.#state, notice });
  }

  takeNotice(): string | undefined {
    const { notice, ...rest } = this.#state;
    if (notice !== undefined) this.#set(rest);
    return notice;
  }

  #set(state: State): void {
    this.#state = state;
    this.#changed = true;
  }
}

function open(cookie: string, signer: Signer): { state?: State; current: boolean } {
  const [payload = "", signature = ""] = cookie.split(".");
  const current = signer.isCurrent(SESSION, payload, signature);
  if (!current && !signer.verify(SESSION, payload, signature)) return { current };
  // Only this store can have signed it, so its shape is known.
  return { state: JSON.parse(Buffer.from(payload, "base64url").toString()) as State, current };
}

function newSessionId(): string {
  return randomBytes(16).toString("base64url");
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
