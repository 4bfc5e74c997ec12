import { formFields, type Page as PlainPage, textOf } from "../../load/page.ts";

export { formFields, textOf };

/** A page as a browser without JavaScript sees it, and what came with it. */
export interface Page extends PlainPage {
  headers: Headers;
}

const REDIRECTS = 5;

/** Somebody who shops with cookies, links and forms only. */
export class Shopper {
  readonly cookies = new Map<string, string>();
  readonly #origin: string;
  readonly #headers: Record<string, string>;

  /** @param headers sent with every request */
  constructor(origin: string, headers: Record<string, string> = {}) {
    this.#origin = origin;
    this.#headers = headers;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return await this.#request(path, { headers });
  }

  /** Posts fields as they are, without what the form on a page would add. */
  async post(path: string, fields: Record<string, string>): Promise<Page> {
    return await this.#request(path, { method: "POST", body: new URLSearchParams(fields) });
  }

  /** Fills the page's form with this action: hidden fields and defaults are sent along. */
  async submit(page: Page, action: string, fields: Record<string, string> = {}): Promise<Page> {
    return await this.post(action, { ...formFields(page, action), ...fields });
  }

  async register(name = "Ada Moreau"): Promise<Page> {
    const email = `${name.toLowerCase().replaceAll(" ", ".")}.${crypto.randomUUID()}@example.com`;
    const page = await this.get("/register");
    const password = "correct horse battery";
    const answer = await this.submit(page, "/register", { name, email, password });
    if (answer.status !== 200) throw new Error(`registration failed:\n${answer.html}`);
    return answer;
  }

  async addToCart(slug: string, quantity = 1): Promise<Page> {
    const page = await this.get(`/product/${slug}`);
    return await this.submit(page, "/cart/add", { quantity: String(quantity) });
  }

  async buyCart(cardNumber = "4242 4242 4242 4242"): Promise<Page> {
    const address = { street: "Quay 1", postalCode: "1", city: "Dublin" };
    return await this.submit(await this.get("/checkout"), "/checkout", { ...address, cardNumber });
  }

  async #request(path: string, init: RequestInit, redirects = 0): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(new URL(path, this.#origin), {
      ...init,
      headers: { ...this.#headers, ...(init.headers as Record<string, string>), cookie },
      redirect: "manual",
    });
    for (const header of response.headers.getSetCookie()) {
      const [pair = ""] = header.split(";");
      const equals = pair.indexOf("=");
      this.cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    const location = response.headers.get("location");
    if (location !== null && redirects < REDIRECTS) {
      await response.arrayBuffer();
      return await this.#request(location, {}, redirects + 1);
    }
    const html = await response.text();
    return { status: response.status, path, html, headers: response.headers };
  }
}
