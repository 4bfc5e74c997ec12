/** A roll-out that did not end with the wanted version serving. */
export class RolloutError extends Error {}
