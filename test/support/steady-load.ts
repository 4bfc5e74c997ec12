/** Requests at a steady rate, whether or not those before have been answered. */
export class SteadyLoad {
  /** What went wrong: a status other than 200, or why there was no answer. */
  readonly failures: string[] = [];
  answered = 0;
  readonly #timer: NodeJS.Timeout;

  /** @param nextUrl whom the next request is for */
  constructor(requestsPerSecond: number, nextUrl: () => string) {
    this.#timer = setInterval(() => void this.#send(nextUrl()), 1_000 / requestsPerSecond);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #send(url: string): Promise<void> {
    try {
      const answer = await fetch(url);
      await answer.text();
      if (answer.status === 200) this.answered += 1;
      else this.failures.push(String(answer.status));
    } catch (error) {
      this.failures.push(String(error));
    }
  }
}
