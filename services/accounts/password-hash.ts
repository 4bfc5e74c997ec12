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
const waiting = new Set<() => void>();

/** A PHC string with a salt of its own, such as `$argon2id$v=19$m=47104,t=1,p=1$…$…`. */
export async function hashPassword(password: string, caller?: AbortSignal): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await limited(
    () => derive("argon2id", { message: password, nonce, tagLength: TAG_BYTES, ...COST }),
    caller,
  );
  const { memory, passes, parallelism } = COST;
  const parameters = `m=${memory},t=${passes},p=${parallelism}`;
  return `$argon2id$v=19$${parameters}$${encode(nonce)}$${encode(tag)}`;
}

export async function verifyPassword(
  password: string,
  hash: string,
  caller?: AbortSignal,
): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/-]+)\$([\w+/-]+)$/.exec(hash);
  if (!match) throw new Error("a stored password hash has an unknown format");
  const [, memory, passes, parallelism, nonce = "", expected = ""] = match;
  const stored = Buffer.from(expected, "base64url");
  const tag = await limited(
    () =>
      derive("argon2id", {
        message: password,
        nonce: Buffer.from(nonce, "base64url"),
        tagLength: stored.length,
        memory: Number(memory),
        passes: Number(passes),
        parallelism: Number(parallelism),
      }),
    caller,
  );
  return timingSafeEqual(tag, stored);
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

/**
 * Bounds memory; when too many wait already, it is better to say so than to let all time out.
 *
 * @param caller aborted once nobody waits for the result, which then isn't worked for
 */
async function limited<T>(work: () => Promise<T>, caller?: AbortSignal): Promise<T> {
  if (caller?.aborted) throw new UnavailableError("Signing in", caller.reason);
  if (running < AT_ONCE) running += 1;
  else await inLine(caller);
  try {
    return await work();
  } finally {
    // The place goes to the next in line, or is free again.
    const [next] = waiting;
    if (next) next();
    else running -= 1;
  }
}

async function inLine(caller: AbortSignal | undefined): Promise<void> {
  if (waiting.size >= WAITING) throw new UnavailableError("Signing in");
  await new Promise<void>((resolve, reject) => {
    const leave = () => {
      waiting.delete(enter);
      reject(new UnavailableError("Signing in", caller?.reason));
    };
    const enter = () => {
      waiting.delete(enter);
      caller?.removeEventListener("abort", leave);
      resolve();
    };
    waiting.add(enter);
    caller?.addEventListener("abort", leave, { once: true });
  });
}
