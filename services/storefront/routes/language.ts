import { ApiError } from "../../shared/errors.ts";
import type { Server } from "../../shared/server.ts";
import { addForm } from "../exchange.tsx";
import { findLanguage, LANGUAGE_COOKIE, LANGUAGE_COOKIE_SECONDS } from "../language/choose.ts";
import { localPath } from "../local-path.ts";
import type { Storefront } from "../storefront.ts";

export function addLanguageRoutes(server: Server, store: Storefront): void {
  addForm(server, store, "/language", async (exchange) => {
    const language = findLanguage(exchange.field("language"));
    if (!language) throw new ApiError(400, "unknown_language", "The store has no such language");
    exchange.setCookie(LANGUAGE_COOKIE, language.locale, LANGUAGE_COOKIE_SECONDS);
    return exchange.redirect(localPath(exchange.field("next")));
  });
}
