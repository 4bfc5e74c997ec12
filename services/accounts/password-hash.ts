import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { UnavailableError } from "../shared/errors.ts";

const derive = promisify(argon2);

// OWASP's first choice for argon2id; memory is in KiB.
const COST = { memory: 47_104, passes: 1, parallelism: 1 };
const TAG_BYTES = 32;
// Each takes 46 MiB while it runs.
const AT_ONCE = 2;
const WAITING = 64;

let running = 0;
const waiting: (() => void)[] = [];

/** A PHC string with a salt of its own, such as `$argon2id$v=19$m=47104,t=1,p=1$…$…`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await limited(() =>
    derive("argon2id", { message: password, nonce, tagLength: TAG_BYTES, ...COST }),
  );
  const { memory, passes, parallelism } = COST;
  const parameters = `m=${memory},t=${passes},p=${parallelism}`;
  return `$argon2id$v=19$${parameters}$${encode(nonce)}$${encode(tag)}`;
}

export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/-]+)\$([\w+/-]+)$/.exec(hash);
  if (!match) throw new Error("a stored password hash has an unknown format");
  const [, memory, passes, parallelism, nonce = "", expected = ""] = match;
  const stored = Buffer.from(expected, "base64url");
  const tag = await limited(() =>
    derive("argon2id", {
      message: password,
      nonce: Buffer.from(nonce, "base64url"),
      tagLength: stored.length,
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
    }),
  );
  return timingSafeEqual(tag, stored);
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

/** Bounds memory; when too many wait already, it is better to say so than to let all time out. */
async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING) throw new UnavailableError("Signing in");
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    // The place goes to the next in line, or is free again.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
