import { isIPv6 } from "node:net";

/** A setting's value, as the program uses it. */
export type Parsed = string | number | boolean | string[] | Record<string, object>;

/** What to write instead of a setting's text. */
export interface Refusal {
  wrong: string;
}

/** Reads a setting's text, or refuses it. */
export type Parser = (text: string) => Parsed | Refusal;

export function isRefusal(parsed: Parsed | Refusal): parsed is Refusal {
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
    const list = parseJson(text);
    const good =
      Array.isArray(list) &&
      list.every((item): item is string => typeof item === "string" && fits(item)) &&
      new Set(list).size === list.length &&
      list.length >= atLeast;
    return good ? (list as string[]) : wrong;
  };

/**
 * Lists by name; whole numbers in them count as texts, because `pulumi config set --path` makes numbers.
 *
 * @param mistake - What is wrong with the list of that name.
 */
export const listsOf =
  (
    names: readonly string[],
    mistake: (name: string, list: string[]) => string | undefined,
  ): Parser =>
  (text) => {
    const lists = parseJson(text);
    if (!isObject(lists)) return { wrong: `give a list for some of ${names.join(", ")}` };
    const parsed: Record<string, string[]> = {};
    for (const [name, list] of Object.entries(lists)) {
      if (!names.includes(name)) return { wrong: `"${name}" is none of ${names.join(", ")}` };
      if (!Array.isArray(list)) return { wrong: `${name} is no list: write it as ["1"]` };
      const texts = list.map(String);
      const wrong = mistake(name, texts);
      if (wrong) return { wrong: `${name} ${wrong}` };
      parsed[name] = texts;
    }
    return parsed;
  };

/** What the text says as JSON; nothing where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const email = (text: string) => /^[^\s@,]+@[^\s@,]+$/.test(text);
export const zone = (text: string) => /^[\w.-]+$/.test(text);
export const hostName = (text: string) =>
  /^[\w.-]+$/.test(text) || (isIPv6(text) && !text.includes("%"));
export const replicas = integer(1, 100);
export const port = integer(1, 65535);
