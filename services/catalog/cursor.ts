import { ApiError } from "../shared/errors.ts";

/** Where the next page starts: the sort key and id of the last product on this one. */
export interface Position {
  key: string | number;
  id: number;
}

export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.key, position.id])).toString("base64url");
}

/** @throws ApiError (400) for anything that `encodeCursor` can't have made. */
export function decodeCursor(cursor: string, keyType: "string" | "number"): Position {
  const parts = parse(Buffer.from(cursor, "base64url").toString());
  if (Array.isArray(parts) && parts.length === 2) {
    const [key, id]: unknown[] = parts;
    const validKey = keyType === "string" ? isShortText(key) : Number.isSafeInteger(key);
    if (validKey && Number.isSafeInteger(id)) return { key, id } as Position;
  }
  throw new ApiError(400, "invalid_cursor", "This page address is not valid; start from the first");
}

function isShortText(value: unknown): boolean {
  // PostgreSQL has no text with a null character in it.
  return typeof value === "string" && value.length <= 200 && !value.includes("\0");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
