import { setTimeout } from "node:timers/promises";
import type { Platform } from "../platform/platform.ts";

/** Longer than any replica may take to end. One on a node that is lost ends only with its return. */
const patienceMilliseconds = 70_000;
const pollMilliseconds = 250;

/**
 * Waits until replicas that were replaced have ended: they serve on for a while, and know nothing of
 * what was brought up after them.
 */
export async function untilDrained(platform: Platform): Promise<void> {
  const deadline = Date.now() + patienceMilliseconds;
  while (Date.now() < deadline && (await platform.leaving()) > 0) {
    await setTimeout(pollMilliseconds);
  }
}
