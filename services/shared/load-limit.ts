import { ApiError } from "./errors.ts";

export { MAX_IN_FLIGHT } from "./common-settings.ts";

/** Part of the limit that reads may take: what somebody is about to buy or save comes first. */
const READ_SHARE = 0.8;

/** More is asked than can be answered in good time: said at once, instead of letting all wait. */
export class OverloadedError extends ApiError {
  constructor() {
    super(503, "overloaded", "There is too much to do right now; try again shortly");
    this.name = "OverloadedError";
  }
}

/** Bounds how many requests are worked on at the same time. */
export class LoadLimit {
  readonly #limit: number;
  #inFlight = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether one more may come in; if so, `leave` has to be called once when it is done. */
  enter(method: string): boolean {
    const share = method === "GET" || method === "HEAD" ? READ_SHARE : 1;
    if (this.#inFlight >= Math.max(1, Math.floor(this.#limit * share))) return false;
    this.#inFlight += 1;
    return true;
  }

  leave(): void {
    this.#inFlight -= 1;
  }
}
