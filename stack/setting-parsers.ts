import { isIPv6 } from "node:net";

/** A setting's value, as the program uses it. */
export type Parsed = string | number | boolean | string[] | Record<string, object>;

/** What to write instead of a setting's text. */
interface Mistake {
  wrong: string;
}

/** Reads a setting's text, or says what to write instead. */
export type Parser = (text: string) => Parsed | Mistake;

export function isMistake(parsed: Parsed | Mistake): parsed is Mistake {
  return typeof parsed === "object" && "wrong" in parsed && typeof parsed.wrong === "string";
}

export const integer =
  (min: number, max: number): Parser =>
  (text) => {
    const value = Number(text);
    return /^-?\d+$/.test(text.trim()) && value >= min && value <= max
      ? value
      : { wrong: `give a whole number from ${min} to ${max}` };
  };

export const boolean: Parser = (text) =>
  text === "true" || text === "false" ? text === "true" : { wrong: "give true or false" };

export const choice =
  (...values: string[]): Parser =>
  (text) =>
    values.includes(text) ? text : { wrong: `give one of ${values.join(", ")}` };

export const matching =
  (pattern: RegExp, what: string): Parser =>
  (text) =>
    pattern.test(text) ? text : { wrong: `give ${what}` };

export const listOf =
  (fits: (item: string) => boolean, what: string, atLeast = 0): Parser =>
  (text) => {
    const wrong = { wrong: `give a list of ${what}, each once` };
    let list: unknown;
    try {
      list = JSON.parse(text);
    } catch {
      return wrong;
    }
    const good =
      Array.isArray(list) &&
      list.every((item): item is string => typeof item === "string" && fits(item)) &&
      new Set(list).size === list.length &&
      list.length >= atLeast;
    return good ? (list as string[]) : wrong;
  };

export const email = (text: string) => /^[^\s@,]+@[^\s@,]+$/.test(text);
export const zone = (text: string) => /^[\w.-]+$/.test(text);
export const hostName = (text: string) =>
  /^[\w.-]+$/.test(text) || (isIPv6(text) && !text.includes("%"));
export const replicas = integer(1, 100);
export const port = integer(1, 65535);
