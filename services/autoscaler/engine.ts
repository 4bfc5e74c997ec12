import { Agent, request as send } from "undici";

const TIMEOUT_MS = 5_000;

/** The engine answered that it can't, or won't. */
export class EngineError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "EngineError";
    this.status = status;
  }
}

/** Speaks to the Docker Engine behind a unix socket. */
export class Engine {
  readonly #connections: Agent;

  constructor(socketPath: string) {
    this.#connections = new Agent({ connect: { socketPath } });
  }

  /** @throws EngineError as the engine answered it; Error if it doesn't. */
  async call(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
    const response = await send(`http://engine${path}`, {
      dispatcher: this.#connections,
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new EngineError(response.statusCode, messageIn(text));
    return text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text;
  }
}

function messageIn(text: string): string {
  try {
    return String(JSON.parse(text).message);
  } catch {
    return text.slice(0, 200);
  }
}
