import { pause } from "./wait.ts";

/** Later, a statement may be one whose connection leads nowhere any more. */
const SUSPICIOUS_MS = 1_000;
const ROUND_MS = 500;
/** An answer may be on its way while the server is found to have nothing to do. */
const GRACE_MS = 150;

interface Waiting {
  /** The server's process for the connection. */
  process: number;
  since: number;
  lose: (error: Error) => void;
}

/** The server, on a fresh connection. */
export interface Overseer {
  /** Which of these of its processes work on a statement. */
  working(processes: number[]): Promise<Set<number>>;
  /** Ends a process, which may hold locks for a transaction that nobody will go on with. */
  end(process: number): Promise<unknown>;
}

/**
 * Finds statements that will never be answered, because what carried their connection, such as a
 * router's node, is gone without a word. That a statement takes long proves nothing; that the
 * server, asked on a fresh connection, does not work on it does.
 */
export class StatementWatch {
  readonly #overseer: Overseer;
  readonly #waiting = new Set<Waiting>();
  #round: NodeJS.Timeout | undefined;

  constructor(overseer: Overseer) {
    this.#overseer = overseer;
  }

  /** @throws Error "Connection terminated …" when the answer will never come */
  async over<T>(process: number, statement: () => Promise<T>): Promise<T> {
    let waiting: Waiting | undefined;
    const lost = new Promise<never>((_resolve, lose) => {
      waiting = { process, since: performance.now(), lose };
      this.#waiting.add(waiting);
    });
    this.#begin();
    try {
      return await Promise.race([statement(), lost]);
    } finally {
      if (waiting) this.#waiting.delete(waiting);
    }
  }

  #begin(): void {
    this.#round ??= setTimeout(async () => {
      await this.#look();
      this.#round = undefined;
      if (this.#waiting.size > 0) this.#begin();
    }, ROUND_MS).unref();
  }

  async #look(): Promise<void> {
    const oldest = performance.now() - SUSPICIOUS_MS;
    const suspects = [...this.#waiting].filter(({ since }) => since < oldest);
    if (suspects.length === 0) return;
    // Where no fresh connection leads to the server either, it is the server that is away.
    const processes = suspects.map(({ process }) => process);
    const working = await this.#overseer.working(processes).catch(() => undefined);
    if (!working) return;
    await pause(GRACE_MS);
    for (const suspect of suspects) {
      if (working.has(suspect.process) || !this.#waiting.has(suspect)) continue;
      await this.#overseer.end(suspect.process).catch(() => undefined);
      suspect.lose(new Error("Connection terminated: the server does not work on the statement"));
    }
  }
}
