import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";

/**
 * Checks requests against the routes' schemas. Texts of addresses become the numbers and booleans
 * that the schema wants; a JSON body is taken as it is: `null` for a number is a mistake, not a 0.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema);
  return (given: unknown) => {
    // Most addresses need no conversion, which costs more than the check.
    if (compiled.Check(given)) return { value: given };
    const value = httpPart === "body" ? given : Value.Convert(schema, given);
    if (compiled.Check(value)) return { value };
    const [first] = compiled.Errors(value);
    return { error: new Error(`${httpPart}${first?.instancePath ?? ""} ${first?.message ?? ""}`) };
  };
};
