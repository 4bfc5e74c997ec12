import type { Database } from "./database.ts";

/** Whether a service may take traffic: started, not draining, and its own database reachable. */
export class Health {
  readonly #database: Database | undefined;
  #started = false;
  #draining = false;
  #check: Promise<boolean> | undefined;

  constructor(database?: Database) {
    this.#database = database;
  }

  get started(): boolean {
    return this.#started;
  }

  get draining(): boolean {
    return this.#draining;
  }

  markStarted(): void {
    this.#started = true;
  }

  markDraining(): void {
    this.#draining = true;
  }

  /** Why the service may not take traffic, or nothing. Other services being down is no reason. */
  async problem(): Promise<string | undefined> {
    if (this.#draining) return "draining";
    if (!this.#started) return "starting";
    if (this.#database && !(await this.#isReachable(this.#database))) {
      return "database not reachable";
    }
    return undefined;
  }

  // Several balancers ask at once; one look serves them all.
  async #isReachable(database: Database): Promise<boolean> {
    this.#check ??= database.isReachable().finally(() => {
      this.#check = undefined;
    });
    return await this.#check;
  }
}
