/** A page as a browser without JavaScript sees it. */
export interface Page {
  status: number;
  /** Where the browser ended up, after redirections. */
  path: string;
  html: string;
}

/** What a browser would send of this form if nobody changed anything. */
export function formFields(page: Page, action: string): Record<string, string> {
  const form = formsOf(page).find((candidate) => attribute(candidate, "action") === action);
  if (form === undefined) throw new Error(`${page.path} has no form for ${action}:\n${page.html}`);
  return fieldsOf(form);
}

/** The same of each of the page's forms with this action. */
export function allFormFields(page: Page, action: string): Record<string, string>[] {
  return formsOf(page)
    .filter((form) => attribute(form, "action") === action)
    .map(fieldsOf);
}

/** Where the page's links go that match, each once. */
export function linksOf(page: Page, pattern: RegExp): string[] {
  const links = [...page.html.matchAll(/<a\s[^>]*>/g)].flatMap(
    ([tag]) => attribute(tag, "href") ?? [],
  );
  return [...new Set(links)].filter((link) => pattern.test(link));
}

/** What people read: without markup. */
export function textOf({ html }: Pick<Page, "html">): string {
  return html
    .replace(/<(style|script|title)[^>]*>.*?<\/\1>/gs, "")
    .replace(/<[^>]+>/g, " ")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");
}

function formsOf({ html }: Page): string[] {
  return html.match(/<form[^>]*>.*?<\/form>/gs) ?? [];
}

function fieldsOf(form: string): Record<string, string> {
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

function attribute(tag: string, name: string): string | undefined {
  const opening = /^<[^>]*>/.exec(tag)?.[0] ?? "";
  return new RegExp(`\\s${name}="([^"]*)"`).exec(opening)?.[1]?.replaceAll("&amp;", "&");
}
