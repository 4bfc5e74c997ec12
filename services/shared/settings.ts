import { readFileSync } from "node:fs";

/** All that is wrong with a service's settings, in one error. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`${problems.length} setting(s) to fix:\n${problems.map((p) => `  - ${p}`).join("\n")}`);
    this.name = "SettingsError";
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Address {
  host: string;
  port: number;
}

interface Range {
  min: number;
  max: number;
}

/**
 * Reads settings from environment variables and collects every problem, so that an operator sees
 * all of them at the first start instead of one per restart. Call `finish` before using a value.
 */
export class SettingsReader {
  readonly #env: Environment;
  readonly #problems: string[] = [];

  constructor(env: Environment) {
    this.#env = env;
  }

  has(name: string): boolean {
    return this.#raw(name) !== undefined;
  }

  string(name: string, fallback?: string): string {
    const value = this.#raw(name) ?? fallback;
    if (value === undefined) this.#missing(name, "a non-empty text");
    return value ?? "";
  }

  integer(name: string, range: Range, fallback?: number): number {
    const raw = this.#raw(name);
    const wanted = `a whole number from ${range.min} to ${range.max}`;
    if (raw === undefined) {
      if (fallback === undefined) this.#missing(name, wanted);
      return fallback ?? range.min;
    }
    const value = Number(raw);
    if (/^-?\d+$/.test(raw) && value >= range.min && value <= range.max) return value;
    this.#invalid(name, raw, wanted);
    return range.min;
  }

  boolean(name: string, fallback: boolean): boolean {
    const raw = this.#raw(name);
    if (raw === undefined) return fallback;
    if (raw === "true" || raw === "false") return raw === "true";
    this.#invalid(name, raw, "true or false");
    return fallback;
  }

  oneOf<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const raw = this.#raw(name);
    if (raw === undefined) return fallback;
    const choice = choices.find((candidate) => candidate === raw);
    if (choice === undefined) this.#invalid(name, raw, `one of ${choices.join(", ")}`);
    return choice ?? fallback;
  }

  /** Addresses, separated by commas. */
  addresses(name: string): Address[] {
    const raw = this.string(name);
    const addresses = raw.split(",").map((text) => {
      const [, host = "", port = ""] = /^([^:\s]+):(\d{1,5})$/.exec(text.trim()) ?? [];
      return { host, port: Number(port) };
    });
    if (raw !== "" && addresses.some(({ host }) => host === "")) {
      this.#invalid(name, raw, "addresses such as cache-1:6379,cache-2:6379");
    }
    return addresses;
  }

  /** An http(s) origin, without credentials, path or query. */
  origin(name: string): string {
    const wanted = "an origin such as http://catalog:8080";
    const raw = this.#raw(name);
    if (raw === undefined) {
      this.#missing(name, wanted);
      return "";
    }
    const url = URL.canParse(raw) ? new URL(raw) : undefined;
    const usable = url && /^https?:$/.test(url.protocol) && url.pathname === "/" && !url.search;
    if (url?.username || url?.password) {
      this.#problems.push(`${name} contains credentials (not shown): write ${wanted}`);
    } else if (!usable) {
      this.#invalid(name, raw, wanted);
    }
    return url?.origin ?? "";
  }

  /** The content of the file that the variable names, without the final line break. */
  secretFile(name: string): string {
    const path = this.#raw(name);
    if (path === undefined) {
      this.#missing(name, "the path of a file that holds the secret");
      return "";
    }
    return this.secretAt(name, path);
  }

  /** The same for a path that is part of a setting; `name` says which in messages. */
  secretAt(name: string, path: string): string {
    try {
      const secret = readFileSync(path, "utf8").replace(/\r?\n$/, "");
      if (secret === "")
        this.#problems.push(`${name}=${path}: the file is empty: write the secret`);
      return secret;
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? "unreadable";
      this.#invalid(name, path, `a readable file that holds the secret (${reason})`);
      return "";
    }
  }

  optionalSecretFile(name: string): string | undefined {
    return this.has(name) ? this.secretFile(name) : undefined;
  }

  /** A secret file with one or several secrets, each on a line; none where the variable is not set. */
  secretLines(name: string): readonly string[] {
    const lines = this.optionalSecretFile(name)?.split(/\r?\n/) ?? [];
    return lines.filter((line) => line !== "");
  }

  /** A secret file with a JSON array of keys; each must be long enough to sign with. */
  keysFile(name: string): readonly string[] {
    const before = this.#problems.length;
    const text = this.secretFile(name);
    if (this.#problems.length > before) return [];
    const keys = parseJson(text);
    const usable =
      Array.isArray(keys) &&
      keys.length > 0 &&
      keys.every((key): key is string => typeof key === "string" && key.length >= 32);
    if (usable) return keys;
    this.#problems.push(
      `${name}: the file's content (not shown) is not usable: write a JSON array of texts, ` +
        "each of 32 or more random characters; the first signs, all verify",
    );
    return [];
  }

  /** Adds a problem that only the caller can see; say what is wrong and what to write instead. */
  problem(text: string): void {
    this.#problems.push(text);
  }

  /** @throws SettingsError with every problem that was found. */
  finish(): void {
    if (this.#problems.length > 0) throw new SettingsError(this.#problems);
  }

  #raw(name: string): string | undefined {
    const value = this.#env[name];
    return value === undefined || value === "" ? undefined : value;
  }

  #missing(name: string, wanted: string): void {
    this.#problems.push(`${name} is not set: set it to ${wanted}`);
  }

  #invalid(name: string, value: string, wanted: string): void {
    this.#problems.push(`${name}=${value} is not valid: set it to ${wanted}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
