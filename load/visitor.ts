import type { Edges } from "./edges.ts";
import { formFields, type Page } from "./page.ts";

const mostRedirections = 5;

/** One answer, and where it leads. */
export interface Hop {
  page: Page;
  location: string | undefined;
}

/** A customer's browser without JavaScript: cookies, links and forms. */
export class Visitor {
  private readonly cookies = new Map<string, string>();
  private readonly edges: Edges;

  constructor(edges: Edges) {
    this.edges = edges;
  }

  /** Opens a page, wherever that leads. @throws RequestFailed */
  async get(path: string): Promise<Page> {
    return this.follow(await this.ask(path));
  }

  /**
   * Sends the page's form with this action, hidden fields and defaults included, and goes where that
   * leads.
   * @throws RequestFailed
   */
  async submit(page: Page, action: string, fields: Record<string, string> = {}): Promise<Page> {
    return this.follow(await this.send(page, action, fields, false));
  }

  /**
   * The same without going where it leads.
   * @param repeatable - Whether the store takes it for the same when it comes twice.
   */
  send(
    page: Page,
    action: string,
    fields: Record<string, string>,
    repeatable: boolean,
  ): Promise<Hop> {
    const body = new URLSearchParams({ ...formFields(page, action), ...fields });
    return this.ask(action, body.toString(), repeatable);
  }

  private async follow(first: Hop): Promise<Page> {
    let hop = first;
    for (let count = 0; hop.location !== undefined && count < mostRedirections; count++) {
      hop = await this.ask(hop.location);
    }
    return hop.page;
  }

  private async ask(path: string, form?: string, repeatable = form === undefined): Promise<Hop> {
    const answer = await this.edges.ask({
      method: form === undefined ? "GET" : "POST",
      path,
      headers: this.headers(form !== undefined),
      body: form,
      repeatable,
    });
    this.keepCookies(answer.headers["set-cookie"]);
    const { location } = answer.headers;
    return {
      page: { status: answer.status, path, html: answer.body },
      location: typeof location === "string" ? location : undefined,
    };
  }

  private headers(isForm: boolean): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return {
      accept: "text/html",
      "accept-language": "en",
      ...(isForm ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      ...(cookie ? { cookie } : {}),
    };
  }

  private keepCookies(header: string | string[] | undefined): void {
    for (const cookie of [header ?? []].flat()) {
      const [pair = ""] = cookie.split(";");
      const equals = pair.indexOf("=");
      this.cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
  }
}
