import type { FastifyReply, FastifyRequest } from "fastify";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { chooseLanguage, LANGUAGE_COOKIE } from "./language/choose.ts";
import { LanguageContext } from "./language/context.ts";
import type { Language } from "./language/language.ts";
import { type Frame, Layout } from "./pages/layout.tsx";

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
