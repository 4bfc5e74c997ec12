import { createHash, randomUUID } from "node:crypto";
import { domainToASCII, domainToUnicode } from "node:url";

/** Fixed for ever: it is part of every account's id. Shards own ranges of buckets. */
export const BUCKETS = 1_024;

/** Addresses that reach the same mailbox in practice compare equal. */
export function normaliseEmail(email: string): string {
  const visible = email.normalize("NFKC").replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  // Small letters of some capitals are not in normal form.
  const text = visible.trim().toLowerCase().normalize("NFKC");
  const at = text.lastIndexOf("@");
  return at < 0 ? text : text.slice(0, at + 1) + normaliseDomain(text.slice(at + 1));
}

/** What ends or encodes a host name in a URL: text with any of it is no domain. */
const URL_SYNTAX = /[\0- "#%/:<>?@[\\\]^`{|}\x7f]/;

/** The final dot is the root's; an international name is the same written in letters and as `xn--`. */
function normaliseDomain(domain: string): string {
  const relative = domain.replace(/(?<=[^.。\s])[.。]$/, "");
  // Ordinary ASCII could also be read as an address such as 10.1, and what follows URL syntax is cut
  // off: whoever registers ada@exämple.com/x must not get the address ada@exämple.com.
  if (URL_SYNTAX.test(relative) || !/[^\0-\x7f]|xn--/.test(relative)) return relative;
  return domainToUnicode(domainToASCII(relative)) || relative;
}

export function bucketOfEmail(email: string): number {
  return bucketOfText(normaliseEmail(email));
}

/** Spreads over all shards whatever belongs to no account. */
export function bucketOfText(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) % BUCKETS;
}

/** An id that starts with its bucket, so that requests find their shard without a look-up. */
export function newId(bucket: number): string {
  return `${bucketPrefix(bucket)}-${randomUUID()}`;
}

/** The id that this text always gives: what is made from it is not made twice. */
export function idFrom(bucket: number, text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [bucketPrefix(bucket), ...parts, hex.slice(20, 32)].join("-");
}

/** What all ids of a bucket start with. */
export function bucketPrefix(bucket: number): string {
  return bucket.toString(16).padStart(3, "0");
}

export function bucketOfId(id: string): number {
  return Number.parseInt(id.slice(0, 3), 16);
}
