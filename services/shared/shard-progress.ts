import type { Moved } from "./shard-mover.ts";
import type { Move } from "./shard-plan.ts";

const EVERY_MS = 1_000;

/** Tells on standard output how far the moves are, once a second, and at the end what they took. */
export class MoveProgress {
  readonly #service: string;
  readonly #started = performance.now();
  readonly #waits: number[] = [];
  #planned = 0;
  #rows = 0;
  #told = 0;

  constructor(service: string) {
    this.#service = service;
  }

  get remaining(): number {
    return this.#planned - this.#waits.length;
  }

  plan(moves: number): void {
    this.#planned = this.#waits.length + moves;
    if (this.#told === 0) this.#say(`${moves} buckets to move`);
    this.#told = performance.now();
  }

  moved(move: Move, moved: Moved | undefined): void {
    const bucket = `bucket ${move.bucket} from ${move.from} to ${move.to}`;
    if (!moved) {
      this.#say(`${bucket}: busy, left for later`);
      return;
    }
    this.#waits.push(moved.waitMs);
    this.#rows += moved.rows;
    if (performance.now() - this.#told < EVERY_MS) return;
    this.#told = performance.now();
    const rate = Math.round((this.#waits.length * 1_000) / (this.#told - this.#started));
    this.#say(
      `${this.#waits.length} of ${this.#planned}: ${bucket}, ${moved.rows} rows; ${rate} buckets/s`,
    );
  }

  lost(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#say(`${reason}; ${this.remaining} buckets to go, trying again`);
  }

  stopped(): void {
    this.#say(`stopped with ${this.remaining} buckets to go; a next run goes on`);
    this.#summary();
  }

  done(): void {
    if (this.#planned === 0) this.#say("every shard has its share already");
    else this.#summary();
  }

  #summary(): void {
    const seconds = ((performance.now() - this.#started) / 1_000).toFixed(1);
    const waits = [...this.#waits].sort((a, b) => a - b);
    const at = (share: number) =>
      Math.round(waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0);
    this.#say(`moved ${waits.length} buckets with ${this.#rows} rows in ${seconds} s`);
    this.#say(
      `writes to a bucket waited ${at(0.5)} ms (median), ${at(0.99)} ms (p99), ${at(1)} ms (longest)`,
    );
  }

  #say(text: string): void {
    process.stdout.write(`${this.#service}: ${text}\n`);
  }
}
