import { Probation } from "./probation.ts";

/** A database, or several of which one is enough to serve somebody. */
export interface Reachable {
  isReachable(): Promise<boolean>;
}

/** Whether a service may take traffic: started, not draining, and its own database reachable. */
export class Health {
  readonly probation = new Probation();
  readonly #database: Reachable | undefined;
  #started = false;
  #draining = false;
  #check: Promise<boolean> | undefined;

  constructor(database?: Reachable) {
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
    this.probation.begin();
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
  async #isReachable(database: Reachable): Promise<boolean> {
    this.#check ??= database.isReachable().finally(() => {
      this.#check = undefined;
    });
    return await this.#check;
  }
}
