import fc from "fast-check";

/** The part of JSON Schema that the services' contracts are written in. */
export interface Schema {
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: readonly string[];
}

/** Values that the schema allows. */
export function valid(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valid));
  switch (schema.type) {
    case "string":
      return validText(schema);
    case "integer":
      return fc.integer({
        min: schema.minimum ?? -1_000,
        max: Math.min(schema.maximum ?? 1e6, 2e9),
      });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(valid(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, Math.max(4, schema.minItems ?? 0)),
      });
    case "object":
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, property]) => [
            name,
            valid(property),
          ]),
        ),
        { requiredKeys: [...(schema.required ?? [])] },
      );
    default:
      return fc.jsonValue();
  }
}

function validText({ pattern, minLength = 0, maxLength = 300 }: Schema): fc.Arbitrary<string> {
  if (pattern === undefined || pattern === "\\S") {
    return fc
      .string({ minLength, maxLength, unit: "grapheme" })
      .filter((text) => text.length <= maxLength && (pattern === undefined || /\S/.test(text)));
  }
  return fc
    .stringMatching(new RegExp(pattern), { maxLength: Math.min(maxLength, 200) })
    .filter((text) => text.length >= minLength);
}

/** What somebody who means no good, or a broken client, may send instead. */
export function hostile(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.jsonValue(),
    hostileText(),
    fc.double(),
    fc.constantFrom(-1, 0, 1e308, Number.MAX_SAFE_INTEGER + 2, null, true, [], {}, [[]], ""),
  );
}

export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "'; DROP TABLE products; --",
      "' OR '1'='1",
      "<script>alert(1)</script>",
      "../../etc/passwd",
      "\0",
      "\u202e\ufeff",
      "%00",
      "%",
      "null",
      "NaN",
      "1e999",
      "-0",
      "99999999999999999999999999",
      "__proto__",
      "constructor",
      "{{7*7}}",
      "(((((((a+)+)+)+)+)+)+)!",
      "& | ! ( ) <-> :*",
      "'茶' & | '",
      "x".repeat(5_000),
    ),
  );
}
