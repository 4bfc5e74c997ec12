import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { LANGUAGES, type Language } from "./language.ts";

/** The language of the page that is being rendered. */
export const LanguageContext = createContext<Language>(LANGUAGES.en);

export function useLanguage(): Language {
  return useContext(LanguageContext);
}
