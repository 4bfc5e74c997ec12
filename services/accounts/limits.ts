import { isIPv6 } from "node:net";
import { bucketOfEmail, bucketOfId, bucketOfText, normaliseEmail } from "../shared/buckets.ts";
import type { Client } from "../shared/contracts/accounts.ts";
import { TooManyAttemptsError } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";
import type { AttemptBook, GuessRule, Subject } from "./attempt-book.ts";

export interface LimitSettings {
  /** Wrong passwords after which an e-mail's, or a device's, next attempt has to wait. */
  freeFailures: number;
  /** How long the first time; each further failure doubles it. */
  firstWaitSeconds: number;
  /** Registrations and sign-ins from one address, for there may be a whole office behind it. */
  clientAttemptsPerMinute: number;
}

/** A wrong password costs its client as much as so many right ones. */
const FAILURE_WEIGHT = 10;

/** A sign-in that is tried. */
export interface SignInAttempt {
  email: string;
  /** Of the account with this e-mail, if there is one. */
  accountId: string | undefined;
  client: Client | undefined;
}

/**
 * How often what may be tried. Wrong passwords count per e-mail, whether it has an account or not,
 * and per client. So that nobody is locked out by others who guess, a device that was signed in to
 * the account before is asked neither: it has a count of its own.
 */
export class Limits {
  readonly #attempts: AttemptBook;
  readonly #settings: LimitSettings;
  readonly #log: Logger;

  constructor(attempts: AttemptBook, settings: LimitSettings, log: Logger) {
    this.#attempts = attempts;
    this.#settings = settings;
    this.#log = log;
  }

  /** @throws TooManyAttemptsError */
  async register(client: Client | undefined): Promise<void> {
    await this.#countClient(client, 1);
  }

  /** @throws TooManyAttemptsError instead of trying whether it `works` */
  async signIn(attempt: SignInAttempt, works: () => Promise<boolean>): Promise<boolean> {
    const { email, accountId, client } = attempt;
    const device = client?.devices.find((known) => known.accountId === accountId);
    if (device) {
      const name = `device ${device.accountId} ${device.id}`;
      const subject = { bucket: bucketOfId(device.accountId), name };
      return await this.#attempts.guess(subject, this.#guesses, works);
    }
    await this.#countClient(client, 1);
    const subject = { bucket: bucketOfEmail(email), name: `e-mail ${normaliseEmail(email)}` };
    const worked = await this.#attempts.guess(subject, this.#guesses, works);
    if (!worked) await this.#countFailure(client);
    return worked;
  }

  /**
   * The password, asked for again by a session of the account.
   * @throws TooManyAttemptsError instead of trying whether it `works`
   */
  async confirm(accountId: string, works: () => Promise<boolean>): Promise<boolean> {
    const subject = { bucket: bucketOfId(accountId), name: `confirmation ${accountId}` };
    return await this.#attempts.guess(subject, this.#guesses, works);
  }

  get #guesses(): GuessRule {
    const { freeFailures, firstWaitSeconds } = this.#settings;
    return { free: freeFailures, firstWaitSeconds };
  }

  /** This attempt has had its answer; it is the next one that is refused. */
  async #countFailure(client: Client | undefined): Promise<void> {
    try {
      await this.#countClient(client, FAILURE_WEIGHT - 1);
    } catch (error) {
      if (!(error instanceof TooManyAttemptsError)) throw error;
    }
  }

  async #countClient(client: Client | undefined, weight: number): Promise<void> {
    if (!client) return;
    const name = `client ${networkOf(client.address)}`;
    const subject: Subject = { bucket: bucketOfText(name), name };
    try {
      await this.#attempts.count(subject, weight, this.#settings.clientAttemptsPerMinute);
    } catch (error) {
      if (error instanceof TooManyAttemptsError) throw error;
      // Another shard than the account's: while it is down, its own customers are enough.
      this.#log.warn({ err: error }, "a client's attempts can't be counted");
    }
  }
}

/** Whoever has one IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [front = "", back] = address.toLowerCase().split("::");
  const groups = front.split(":").filter((group) => group !== "");
  const behind = back === undefined ? 0 : back.split(":").filter((group) => group !== "").length;
  const zeros = Array<string>(Math.max(0, 8 - groups.length - behind)).fill("0");
  const all = [...groups, ...zeros, ...(back ?? "").split(":")];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16))
    .join(":");
}
