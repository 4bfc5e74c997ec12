export interface NearMemoryOptions<T> {
  /** For how long a value may be given again. */
  milliseconds: number;
  /** Bound of what is kept, in the unit of `weigh`. */
  capacity: number;
  /** @default each value weighs 1 */
  weigh?: (value: T) => number;
}

/** A load under way; what was forgotten meanwhile must not be kept by anybody. */
export interface Flight {
  forgotten: boolean;
}

interface Entry<T> {
  value: T;
  weight: number;
  until: number;
}

/**
 * Keeps what was loaded in this process, for moments: whoever asks for the same at the same time
 * waits for the one load, and who comes right after needs none.
 */
export class NearMemory<T> {
  readonly #milliseconds: number;
  readonly #capacity: number;
  readonly #weigh: (value: T) => number;
  /** In the order in which they were put in, which is also that in which they expire. */
  readonly #entries = new Map<string, Entry<T>>();
  readonly #flights = new Map<string, { flight: Flight; result: Promise<T> }>();
  #weight = 0;

  constructor({ milliseconds, capacity, weigh = () => 1 }: NearMemoryOptions<T>) {
    this.#milliseconds = milliseconds;
    this.#capacity = capacity;
    this.#weigh = weigh;
  }

  /** What is kept, at once, or what `load` gives; its failures are for all who wait, and not kept. */
  remember(key: string, load: (flight: Flight) => Promise<T>): T | Promise<T> {
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.until > performance.now()) return entry.value;
    return this.#flights.get(key)?.result ?? this.#load(key, load);
  }

  /** From now on only a load that begins later counts. */
  forget(key: string): void {
    this.#drop(key);
    const loading = this.#flights.get(key);
    if (loading === undefined) return;
    loading.flight.forgotten = true;
    this.#flights.delete(key);
  }

  async #load(key: string, load: (flight: Flight) => Promise<T>): Promise<T> {
    const flight: Flight = { forgotten: false };
    const result = load(flight);
    this.#flights.set(key, { flight, result });
    try {
      const value = await result;
      if (!flight.forgotten) this.#keep(key, value);
      return value;
    } finally {
      if (!flight.forgotten) this.#flights.delete(key);
    }
  }

  #keep(key: string, value: T): void {
    this.#drop(key);
    const now = performance.now();
    const weight = this.#weigh(value);
    this.#entries.set(key, { value, weight, until: now + this.#milliseconds });
    this.#weight += weight;
    for (const [oldest, { until }] of this.#entries) {
      if (until > now && this.#weight <= this.#capacity) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }
}
