import type { Locale } from "../../shared/contracts/catalog.ts";
import type { ApiError } from "../../shared/errors.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export type Texts = typeof en;

interface MoneyFormat {
  format: Intl.NumberFormat;
  /** How many of the smallest unit make one of the currency. */
  unit: number;
}

/** A language that the store speaks: its words, and how it writes money and dates. */
export class Language {
  readonly locale: Locale;
  /** For `lang` attributes and headers (BCP 47). */
  readonly tag: string;
  readonly texts: Texts;
  readonly #region: string;
  readonly #moneyFormats = new Map<string, MoneyFormat>();
  readonly #dates: Intl.DateTimeFormat;
  readonly #moments: Intl.DateTimeFormat;
  readonly #numbers: Intl.NumberFormat;
  readonly #regions: Intl.DisplayNames;

  /** @param region whose habits of writing dates and numbers are followed */
  constructor(locale: Locale, tag: string, region: string, texts: Texts) {
    this.locale = locale;
    this.tag = tag;
    this.texts = texts;
    this.#region = region;
    this.#dates = new Intl.DateTimeFormat(region, { dateStyle: "long", timeZone: "UTC" });
    const moment = { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" } as const;
    this.#moments = new Intl.DateTimeFormat(region, moment);
    this.#numbers = new Intl.NumberFormat(region);
    this.#regions = new Intl.DisplayNames(region, { type: "region" });
  }

  /** @param minor amount in the currency's smallest unit */
  money(minor: number, currency: string): string {
    let known = this.#moneyFormats.get(currency);
    if (known === undefined) {
      const format = new Intl.NumberFormat(this.#region, { style: "currency", currency });
      known = { format, unit: 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2) };
      this.#moneyFormats.set(currency, known);
    }
    return known.format.format(minor / known.unit);
  }

  date(iso: string): string {
    return this.#dates.format(new Date(iso));
  }

  moment(iso: string): string {
    return this.#moments.format(new Date(iso));
  }

  number(value: number): string {
    return this.#numbers.format(value);
  }

  /** Rounded up, as for a time to wait. */
  duration(seconds: number): string {
    const minutes = seconds > 90;
    const unit = minutes ? "minute" : "second";
    const format = new Intl.NumberFormat(this.#region, {
      style: "unit",
      unit,
      unitDisplay: "long",
    });
    return format.format(minutes ? Math.ceil(seconds / 60) : seconds);
  }

  /** @param code ISO 3166, such as IE */
  country(code: string): string {
    return this.#regions.of(code) ?? code;
  }

  /** What to tell people about a service's refusal. */
  refusal({ code, message }: ApiError): string {
    const { refusals } = this.texts;
    return refusals[code] ?? refusals.other ?? `${message}.`;
  }
}

export const LANGUAGES: Readonly<Record<Locale, Language>> = {
  en: new Language("en", "en", "en-IE", en),
  zh: new Language("zh", "zh-Hans", "zh-Hans-CN", zh),
};
