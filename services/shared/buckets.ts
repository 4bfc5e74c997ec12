import { createHash, randomUUID } from "node:crypto";

/** Fixed for ever: it is part of every account's id. Shards own ranges of buckets. */
export const BUCKETS = 1_024;

/** Addresses that reach the same mailbox in practice compare equal. */
export function normaliseEmail(email: string): string {
  return email.normalize("NFKC").trim().toLowerCase();
}

export function bucketOfEmail(email: string): number {
  return createHash("sha256").update(normaliseEmail(email)).digest().readUInt32BE(0) % BUCKETS;
}

/** An id that starts with its bucket, so that requests find their shard without a look-up. */
export function newId(bucket: number): string {
  return `${bucketPrefix(bucket)}-${randomUUID()}`;
}

/** What all ids of a bucket start with. */
export function bucketPrefix(bucket: number): string {
  return bucket.toString(16).padStart(3, "0");
}

export function bucketOfId(id: string): number {
  return Number.parseInt(id.slice(0, 3), 16);
}
