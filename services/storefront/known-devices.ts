import { randomBytes } from "node:crypto";
import { type Device, MAX_DEVICES } from "../shared/contracts/accounts.ts";
import type { Signer } from "./signer.ts";

const PURPOSE = "devices";

/**
 * The accounts that somebody has signed in to with this browser, as known from a signed cookie which
 * outlives sessions. It opens nothing: wrong passwords from here are counted apart from others'.
 */
export class KnownDevices {
  /** Latest first. */
  readonly list: Device[];

  private constructor(list: Device[]) {
    this.list = list;
  }

  /** A cookie that is missing or forged makes a browser that nobody knows. */
  static fromCookie(cookie: string | undefined, signer: Signer): KnownDevices {
    const [payload = "", signature = ""] = (cookie ?? "").split(".");
    if (!signer.verify(PURPOSE, payload, signature)) return new KnownDevices([]);
    // Only this store can have signed it, so its shape is known.
    return new KnownDevices(JSON.parse(Buffer.from(payload, "base64url").toString()) as Device[]);
  }

  /** Under a new id: what an older copy of the cookie is used for counts apart. */
  with(accountId: string): KnownDevices {
    const device = { accountId, id: randomBytes(16).toString("base64url") };
    return new KnownDevices([device, ...this.without(accountId).list].slice(0, MAX_DEVICES));
  }

  without(accountId: string): KnownDevices {
    return new KnownDevices(this.list.filter((device) => device.accountId !== accountId));
  }

  toCookie(signer: Signer): string {
    const payload = Buffer.from(JSON.stringify(this.list)).toString("base64url");
    return `${payload}.${signer.sign(PURPOSE, payload)}`;
  }
}
