export interface CircuitBreakerSettings {
  /** Failures in a row that open the circuit. */
  failures: number;
  /** How long nothing is tried; then one attempt decides. */
  openMilliseconds: number;
}

/** Stops asking a peer that doesn't answer, so that its silence isn't waited for again and again. */
export class CircuitBreaker {
  readonly #settings: CircuitBreakerSettings;
  readonly #onChange: (open: boolean) => void;
  #failures = 0;
  #retryAt = 0;
  #open = false;

  constructor(settings: CircuitBreakerSettings, onChange: (open: boolean) => void) {
    this.#settings = settings;
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  allows(): boolean {
    if (!this.#open) return true;
    if (performance.now() < this.#retryAt) return false;
    // One caller tries; the others go on without until it is known how that went.
    this.#retryAt = performance.now() + this.#settings.openMilliseconds;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    if (!this.#open) return;
    this.#open = false;
    this.#onChange(false);
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures < this.#settings.failures) return;
    this.#retryAt = performance.now() + this.#settings.openMilliseconds;
    if (this.#open) return;
    this.#open = true;
    this.#onChange(true);
  }
}
