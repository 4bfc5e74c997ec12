import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { hostile, hostileText, type Schema, valid } from "./schema-arbitrary.ts";

interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  schema: Schema;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

export interface ApiDocument {
  openapi: string;
  info: { title: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface CheckedOperation extends Operation {
  method: string;
  path: string;
  contentType: string | undefined;
}

export interface Attempt {
  path: Record<string, string>;
  query: Record<string, string>;
  body: string | undefined;
}

export function operationsOf({ paths }: ApiDocument): CheckedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
      contentType: Object.keys(operation.requestBody?.content ?? {})[0],
    })),
  );
}

/** Requests for an operation: right ones, and ones that are wrong in one place or altogether. */
export function attempts(operation: CheckedOperation): fc.Arbitrary<Attempt> {
  const parameters = operation.parameters ?? [];
  const texts = (place: "path" | "query") =>
    parameters
      .filter((parameter) => parameter.in === place)
      .map(({ name, schema }) => [name, mostly(valid(schema).map(String), odd(place))] as const);
  const schema = operation.requestBody?.content[operation.contentType ?? ""]?.schema;
  return fc.record({
    path: fc.record(Object.fromEntries(texts("path"))),
    query: fc.record(
      { ...Object.fromEntries(texts("query")), unheardOf: hostileText() },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Record<string, string>>,
    body: schema === undefined ? fc.constant(undefined) : bodies(schema),
  });
}

function bodies(schema: Schema): fc.Arbitrary<string> {
  const names = Object.keys(schema.properties ?? {});
  const spoiled =
    names.length === 0
      ? hostile()
      : fc
          .tuple(valid(schema), fc.constantFrom(...names, "isAdmin"), hostile())
          .map(([value, name, wrong]) => ({ ...(value as object), [name]: wrong }));
  return fc.oneof(
    { weight: 3, arbitrary: valid(schema).map((value) => JSON.stringify(value)) },
    { weight: 4, arbitrary: spoiled.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: hostile().map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: hostileText() },
  );
}

/** In a path, nothing and dots would be the address of another operation. */
function odd(place: "path" | "query"): fc.Arbitrary<string> {
  return place === "query"
    ? hostileText()
    : hostileText().filter((text) => !/^\.{0,2}$/.test(text));
}

function mostly<T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

export function addressOf(origin: string, { path }: CheckedOperation, attempt: Attempt): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(attempt.path[name] ?? ""),
  );
  return `${origin}${filled}?${new URLSearchParams(attempt.query)}`;
}

const ajv = new Ajv2020({ strict: false });
const STACK = /\bat .*:\d+:\d+|node_modules|\.mjs\b|\bpg_|PostgreSQL|syntax error at/;

/** What is wrong with a JSON answer by the document, or nothing. */
export function answerProblem(
  document: ApiDocument,
  { responses }: CheckedOperation,
  status: number,
  text: string,
): string | undefined {
  if (status >= 500) return `answered ${status}: ${excerpt(text)}`;
  if (STACK.test(text)) return `tells how it is made: ${excerpt(text)}`;
  const declared = responses[String(status)]?.content?.["application/json"]?.schema;
  if (status < 300 && declared === undefined) return `answered ${status}, which is not declared`;
  const schema = declared ?? document.components.schemas.Error ?? {};
  if (ajv.validate(schema, JSON.parse(text))) return undefined;
  return `not as declared for ${status}: ${ajv.errorsText()}: ${excerpt(text)}`;
}

function excerpt(text: string): string {
  return text.slice(0, 500);
}

export function stackIn(text: string): string | undefined {
  return STACK.exec(text)?.[0];
}
