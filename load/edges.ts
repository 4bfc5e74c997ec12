import { Agent, request } from "undici";
import { RequestFailed } from "./request-failed.ts";
import type { Tally } from "./tally.ts";

/** An answer as it came, redirections included. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface EdgeRequest {
  method: "GET" | "POST";
  path: string;
  headers: Record<string, string>;
  body?: string;
  /** May be sent again when it is unknown whether the first one arrived. */
  repeatable: boolean;
}

const connectMilliseconds = 1_000;
const answerMilliseconds = 10_000;
/** An address that took no connection is asked last for so long. */
const avoidMilliseconds = 5_000;

/**
 * The store's addresses, used as a browser uses the several addresses of one name: one after the
 * other in turn, and another one where no connection can be made.
 */
export class Edges {
  private readonly agent = new Agent({
    connect: { timeout: connectMilliseconds, rejectUnauthorized: false },
    bodyTimeout: answerMilliseconds,
    headersTimeout: answerMilliseconds,
  });
  private readonly avoidUntil = new Map<string, number>();
  private readonly addresses: readonly string[];
  private readonly tally: Tally;
  private turn = 0;

  /** @param addresses - Like `http://10.77.0.11:8080`, at least one. */
  constructor(addresses: readonly string[], tally: Tally) {
    if (addresses.length === 0) throw new Error("no address of the store was given");
    this.addresses = addresses;
    this.tally = tally;
  }

  /** @throws RequestFailed */
  async ask(wanted: EdgeRequest): Promise<Answer> {
    const started = performance.now();
    let reason = "";
    let repeats = wanted.repeatable ? 1 : 0;
    for (const address of this.inTurn()) {
      try {
        const answer = await this.askAt(address, wanted);
        if (answer.status === 408) {
          // The request came too late on its connection, so nothing was done with it.
          reason = "answer 408";
          this.tally.wentElsewhere();
          continue;
        }
        if (answer.status >= 500) {
          reason = `answer ${answer.status}`;
          break;
        }
        this.tally.answered(performance.now() - started);
        return answer;
      } catch (error) {
        reason = reasonOf(error);
        if (neverConnected(error)) {
          this.avoidUntil.set(address, Date.now() + avoidMilliseconds);
        } else if (!wasReset(error) || repeats-- === 0) {
          if (isTimeout(error)) this.avoidUntil.set(address, Date.now() + avoidMilliseconds);
          break;
        }
        this.tally.wentElsewhere();
      }
    }
    this.tally.requestFailed(`${wanted.method} ${kindOf(wanted.path)}: ${reason}`);
    throw new RequestFailed(`${wanted.method} ${wanted.path}: ${reason}`);
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async askAt(address: string, wanted: EdgeRequest): Promise<Answer> {
    const { statusCode, headers, body } = await request(new URL(wanted.path, address), {
      method: wanted.method,
      headers: wanted.headers,
      body: wanted.body,
      dispatcher: this.agent,
      signal: AbortSignal.timeout(answerMilliseconds),
    });
    return { status: statusCode, headers, body: await body.text() };
  }

  private inTurn(): string[] {
    const first = this.turn++ % this.addresses.length;
    const rotated = [...this.addresses.slice(first), ...this.addresses.slice(0, first)];
    const now = Date.now();
    const avoided = (address: string) => (this.avoidUntil.get(address) ?? 0) > now;
    const ordered = [...rotated.filter((one) => !avoided(one)), ...rotated.filter(avoided)];
    // A single one is asked again by a new connection where an idle one was shut.
    return ordered.length > 1 ? ordered : [...ordered, ...ordered];
  }
}

const connectCodes = [
  "UND_ERR_CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
];

function neverConnected(error: unknown): boolean {
  return connectCodes.includes(codeOf(error));
}

/** As happens when a server shuts an idle connection while a request is on its way. */
function wasReset(error: unknown): boolean {
  return ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes(codeOf(error));
}

function isTimeout(error: unknown): boolean {
  return textOf(error, "name") === "TimeoutError";
}

function codeOf(error: unknown): string {
  return textOf(error, "code");
}

function reasonOf(error: unknown): string {
  if (isTimeout(error)) return "no answer in 10 s";
  return codeOf(error) || textOf(error, "message");
}

/** Not by `instanceof`: errors of Node itself are of another realm in a test. */
function textOf(error: unknown, property: string): string {
  if (typeof error !== "object" || error === null) return "";
  return String(Reflect.get(error, property) ?? "");
}

/** The path without what differs between customers and products. */
function kindOf(path: string): string {
  return path.replace(/\?.*/, "").replace(/^(\/(?:product|category|orders))\/.+/, "$1/:id");
}
