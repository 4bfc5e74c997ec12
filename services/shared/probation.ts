const PROBATION_MS = 10_000;
/** So many errors may have come from bad luck with one request. */
const ERRORS_AT_LEAST = 3;

/**
 * The first seconds of a process that may take traffic. Until they are over it gets only requests
 * that can be made again elsewhere; where most of its answers are errors of its own, it is a release
 * that should not have passed, and ends.
 */
export class Probation {
  #ends = Number.POSITIVE_INFINITY;
  #answers = 0;
  #errors = 0;
  #fail: () => void = () => {};
  /** Resolves if it is not passed. */
  readonly failed = new Promise<void>((resolve) => {
    this.#fail = resolve;
  });

  begin(): void {
    this.#ends = performance.now() + PROBATION_MS;
  }

  get isOver(): boolean {
    return performance.now() >= this.#ends;
  }

  /** That something else is down (502 to 504) says nothing about the release. */
  note(status: number): void {
    if (this.isOver) return;
    this.#answers += 1;
    if (status === 500) this.#errors += 1;
    if (this.#errors >= ERRORS_AT_LEAST && this.#errors * 2 > this.#answers) this.#fail();
  }
}
