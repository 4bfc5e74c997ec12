/** A page as a browser without JavaScript sees it. */
export interface Page {
  status: number;
  path: string;
  html: string;
  headers: Headers;
}

const REDIRECTS = 5;

/** Somebody who shops with cookies, links and forms only. */
export class Shopper {
  readonly cookies = new Map<string, string>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
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

  async #request(path: string, init: RequestInit, redirects = 0): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(new URL(path, this.#origin), {
      ...init,
      headers: { ...(init.headers as Record<string, string>), cookie },
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

/** What a browser would send of this form if nobody changed anything. */
export function formFields(page: Page, action: string): Record<string, string> {
  const forms = page.html.match(/<form[^>]*>.*?<\/form>/gs) ?? [];
  const form = forms.find(
    (candidate) => candidate.startsWith("<form") && attribute(candidate, "action") === action,
  );
  if (form === undefined) throw new Error(`${page.path} has no form for ${action}:\n${page.html}`);
  const fields: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const name = attribute(input, "name");
    if (name !== undefined) fields[name] = attribute(input, "value") ?? "";
  }
  for (const [select] of form.matchAll(/<select[^>]*>.*?<\/select>/gs)) {
    const chosen = /<option[^>]*selected[^>]*>/.exec(select)?.[0] ?? "";
    fields[attribute(select, "name") ?? ""] = attribute(chosen, "value") ?? "";
  }
  return fields;
}

/** What people read: without markup. */
export function textOf(page: Page): string {
  return page.html
    .replace(/<(style|script|title)[^>]*>.*?<\/\1>/gs, "")
    .replace(/<[^>]+>/g, " ")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");
}

function attribute(tag: string, name: string): string | undefined {
  const opening = /^<[^>]*>/.exec(tag)?.[0] ?? "";
  return new RegExp(`\\s${name}="([^"]*)"`).exec(opening)?.[1]?.replaceAll("&amp;", "&");
}
