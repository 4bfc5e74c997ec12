import { createHash } from "node:crypto";

/** The same text for the same content, in which nothing of it can be read. */
export function digestOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("base64url");
}
