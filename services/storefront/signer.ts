import { createHmac, timingSafeEqual } from "node:crypto";

/** Signs texts with the first key and accepts signatures of any, so that keys can be rotated. */
export class Signer {
  readonly #keys: readonly string[];

  constructor(keys: readonly string[]) {
    this.#keys = keys;
  }

  /** `purpose` keeps a signature made for one thing from being used for another. */
  sign(purpose: string, text: string): string {
    return signature(this.#keys[0] ?? "", purpose, text).toString("base64url");
  }

  verify(purpose: string, text: string, given: string): boolean {
    return this.#keys.some((key) => isSignature(key, purpose, text, given));
  }

  /** Whether it would be signed in the same way today, and not by a key that is about to go. */
  isCurrent(purpose: string, text: string, given: string): boolean {
    return isSignature(this.#keys[0] ?? "", purpose, text, given);
  }
}

function isSignature(key: string, purpose: string, text: string, given: string): boolean {
  const bytes = Buffer.from(given, "base64url");
  const expected = signature(key, purpose, text);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function signature(key: string, purpose: string, text: string): Buffer {
  return createHmac("sha256", key).update(`${purpose}\n${text}`).digest();
}
