import { LANGUAGES, type Language } from "./language.ts";

export const LANGUAGE_COOKIE = "language";
export const LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600;

/** What was chosen once, else what the browser prefers, else English. */
export function chooseLanguage(cookie: string | undefined, acceptLanguage = ""): Language {
  return findLanguage(cookie) ?? preferred(acceptLanguage) ?? LANGUAGES.en;
}

/** @param tag such as `zh`, `zh-CN` or `en-IE` */
export function findLanguage(tag: string | undefined): Language | undefined {
  const [primary] = (tag ?? "").toLowerCase().split("-");
  return Object.values(LANGUAGES).find(({ locale }) => locale === primary);
}

/** RFC 9110, section 12.5.4: the highest weight wins, and 0 means "not this one". */
function preferred(header: string): Language | undefined {
  return header
    .slice(0, 500)
    .split(",")
    .map((entry) => {
      const [tag = "", ...parameters] = entry.split(";").map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return { language: findLanguage(tag), weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ language, weight }) => language !== undefined && weight > 0)
    .sort((one, other) => other.weight - one.weight)[0]?.language;
}
