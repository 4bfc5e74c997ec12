import type { Autoscaling } from "./contract.ts";

const WINDOW_SECONDS = 300;

/**
 * Decides how many replicas one service is to have. More are given at once; one is taken away only when
 * fewer were enough during the whole window, so that a short lull costs nobody a replica.
 */
export class Decider {
  #past: { at: number; replicas: number }[];

  /** @param replicas how many there are; nothing is known of the time before, so they were needed */
  constructor(replicas: number, nowMilliseconds: number) {
    this.#past = [{ at: nowMilliseconds, replicas }];
  }

  /**
   * @param replicas how many there are
   * @param proposed how many the load asks for; undefined if nobody knows: then there are enough
   */
  decide(
    replicas: number,
    proposed: number | undefined,
    { minReplicas, maxReplicas, stabilizationWindowSeconds }: Autoscaling,
    nowMilliseconds: number,
  ): number {
    const wanted = proposed ?? replicas;
    const windowMilliseconds = (stabilizationWindowSeconds ?? WINDOW_SECONDS) * 1_000;
    this.#past = this.#past.filter(({ at }) => at > nowMilliseconds - windowMilliseconds);
    this.#past.push({ at: nowMilliseconds, replicas: wanted });
    const lately = Math.max(...this.#past.map((one) => one.replicas));
    const stable = wanted > replicas ? wanted : Math.min(replicas, lately);
    return Math.min(Math.max(stable, minReplicas), maxReplicas);
  }
}
