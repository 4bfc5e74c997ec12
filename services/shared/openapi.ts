import type { FastifySchema, RouteOptions } from "fastify";
import { ErrorBody } from "./errors.ts";

type Json = Record<string, unknown>;

interface ObjectSchema {
  properties?: Record<string, Json>;
  required?: readonly string[];
}

interface RouteSchema extends FastifySchema {
  response?: Record<string, unknown>;
}

const HTML = "text/html";
const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

export interface ApiDescription {
  title: string;
  /** Answers are pages, and bodies are forms. @default false: both are JSON */
  pages: boolean;
  /** Requests carry the service token. */
  token: boolean;
}

/** Describes routes, as they are added, from the schemas that check their requests and answers. */
export class OpenApi {
  readonly #paths: Record<string, Record<string, Json>> = {};
  readonly #description: ApiDescription;

  constructor(description: ApiDescription) {
    this.#description = description;
  }

  add({ method, url, schema }: RouteOptions): void {
    const path = url.replace(/:(\w+)/g, "{$1}");
    for (const one of [method].flat()) {
      if (one === "HEAD") continue;
      this.#paths[path] ??= {};
      this.#paths[path][one.toLowerCase()] = this.#operation(
        one,
        url,
        (schema ?? {}) as RouteSchema,
      );
    }
  }

  /** OpenAPI 3.1, whose schemas are JSON Schema as it is. */
  document(): Json {
    const { title, token } = this.#description;
    return {
      openapi: "3.1.0",
      info: { title, version: "1" },
      paths: this.#paths,
      components: {
        schemas: { Error: ErrorBody },
        ...(token ? { securitySchemes: { service: { type: "http", scheme: "bearer" } } } : {}),
      },
      ...(token ? { security: [{ service: [] }] } : {}),
    };
  }

  #operation(method: string, url: string, schema: RouteSchema): Json {
    const { pages } = this.#description;
    const parameters = [
      ...pathParameters(url, schema.params as ObjectSchema | undefined),
      ...queryParameters(schema.querystring as ObjectSchema | undefined),
    ];
    const words = url.match(/\w+/g) ?? ["root"];
    return {
      operationId: [method.toLowerCase(), ...words].join("-"),
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(schema.body === undefined
        ? {}
        : {
            requestBody: {
              required: true,
              content: { [pages ? FORM : JSON_TYPE]: { schema: schema.body } },
            },
          }),
      responses: this.#responses(schema.response ?? {}),
    };
  }

  #responses(declared: Record<string, unknown>): Json {
    if (this.#description.pages) {
      const page = { content: { [HTML]: { schema: { type: "string" } } } };
      return {
        "200": { description: "The page", ...page },
        "303": { description: "What was asked for is on another page" },
        default: { description: "A page that says what went wrong", ...page },
      };
    }
    const answers = Object.entries(declared).map(([status, schema]) => [
      status,
      { description: "As asked for", content: { [JSON_TYPE]: { schema } } },
    ]);
    const problem = { $ref: "#/components/schemas/Error" };
    return {
      ...Object.fromEntries(answers),
      default: { description: "Refused or failed", content: { [JSON_TYPE]: { schema: problem } } },
    };
  }
}

function pathParameters(url: string, schema: ObjectSchema | undefined): Json[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: schema?.properties?.[name] ?? { type: "string" },
  }));
}

function queryParameters(schema: ObjectSchema | undefined): Json[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: "query",
    required: schema?.required?.includes(name) ?? false,
    schema: property,
  }));
}
