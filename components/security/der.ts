/** The few ASN.1 types of a certificate, in DER (ITU-T X.690). */

function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const digits = Buffer.from(length.toString(16).padStart(8, "0"), "hex");
  const bytes = digits.subarray(digits.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length, ...bytes]), content]);
}

export const sequence = (...parts: Buffer[]): Buffer => element(0x30, Buffer.concat(parts));
export const set = (...parts: Buffer[]): Buffer => element(0x31, Buffer.concat(parts));
export const octetString = (content: Buffer): Buffer => element(0x04, content);
export const text = (value: string): Buffer => element(0x0c, Buffer.from(value, "utf8"));
export const time = (utc: string): Buffer => element(0x17, Buffer.from(utc, "ascii"));
export const bitString = (content: Buffer): Buffer =>
  element(0x03, Buffer.concat([Buffer.from([0]), content]));

/** A non-negative integer, given as big-endian bytes. */
export function integer(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const minimal = start < 0 ? Buffer.from([0]) : bytes.subarray(start);
  const negative = ((minimal[0] ?? 0) & 0x80) !== 0;
  return element(0x02, negative ? Buffer.concat([Buffer.from([0]), minimal]) : minimal);
}

/** A context-specific tag around another element, or in place of its own tag. */
export function tagged(number: number, content: Buffer, constructed = true): Buffer {
  return element((constructed ? 0xa0 : 0x80) | number, content);
}

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
