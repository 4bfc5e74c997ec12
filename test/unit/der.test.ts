import * as fc from "fast-check";
import {
  bitString,
  integer,
  objectId,
  octetString,
  sequence,
  tagged,
  text,
} from "../../components/security/der.ts";

/** Reads one element by the rules of X.690, written apart from the code that writes it. */
function read(der: Buffer): { tag: number; content: Buffer; lengthBytes: number } {
  const first = der.readUInt8(1);
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const length = lengthBytes === 0 ? first : der.readUIntBE(2, lengthBytes);
  const content = der.subarray(2 + lengthBytes);
  expect(content).toHaveLength(length);
  return { tag: der.readUInt8(0), content, lengthBytes };
}

test("the length in front is that of the content, in as few bytes as possible", () => {
  fc.assert(
    fc.property(fc.nat({ max: 0x2_0000 }), (length) => {
      const { content, lengthBytes } = read(octetString(Buffer.alloc(length, 7)));
      expect(content.equals(Buffer.alloc(length, 7))).toBe(true);
      expect(lengthBytes).toBe(length < 0x80 ? 0 : Math.ceil(length.toString(16).length / 2));
    }),
  );
});

test("a non-negative integer is never read as a negative one", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      const { tag, content } = read(integer(Buffer.from(bytes)));
      expect(tag).toBe(2);
      expect(content.readUInt8(0)).toBeLessThan(0x80);
      const value = (of: Uint8Array) => BigInt(`0x${Buffer.from(of).toString("hex")}`);
      expect(value(content)).toBe(value(bytes));
    }),
  );
});

// X.690 8.3.2. OpenSSL takes nothing else ("illegal padding").
test.each([
  [[0, 1], "020101"],
  [[0, 0, 0x80], "02020080"],
  [[0, 0], "020100"],
  [[], "020100"],
])("an integer has as few bytes as possible: %j", (bytes, hex) => {
  expect(integer(Buffer.from(bytes)).toString("hex")).toBe(hex);
});

test.each([
  [0xffff, 2],
  [0x1_0000, 3],
  [0x100_0000, 4],
])("a content of %i bytes has a length of %i", (length, lengthBytes) => {
  expect(read(octetString(Buffer.alloc(length))).lengthBytes).toBe(lengthBytes);
});

test.each([
  ["2.5.4.3", "0603550403"],
  ["1.2.840.10045.3.1.7", "06082a8648ce3d030107"],
  ["1.2.840.10045.4.3.2", "06082a8648ce3d040302"],
])("object identifier %s", (dotted, hex) => {
  expect(objectId(dotted).toString("hex")).toBe(hex);
});

test.each([
  ["sequence", sequence(text("a")), "30030c0161"],
  ["bit string without unused bits", bitString(Buffer.from([1])), "03020001"],
  ["tag around an element", tagged(0, integer(Buffer.from([2]))), "a003020102"],
  ["tag in place of an element's", tagged(2, Buffer.from("a"), false), "820161"],
])("%s", (_, der, hex) => {
  expect(der.toString("hex")).toBe(hex);
});
