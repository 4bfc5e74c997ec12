import SwaggerParser from "@apidevtools/swagger-parser";
import fc from "fast-check";
import {
  type ApiDocument,
  addressOf,
  answerProblem,
  attempts,
  operationsOf,
  stackIn,
} from "../support/contract.ts";
import { hostileText } from "../support/schema-arbitrary.ts";
import { formFields, Shopper } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";

const RUNS = 40;
const TOKEN = { authorization: "Bearer service-token" };
const INTERNAL = ["catalog", "accounts", "orders"] as const;

let store: Store;

beforeAll(async () => {
  store = await startStore({ ADMIN_EMAILS: "boss@example.com" });
}, 180_000);

afterAll(() => store?.stop());

async function documentOf(service: keyof Store["services"]): Promise<ApiDocument> {
  const { url } = store.services[service];
  const answer = await fetch(`${url}/openapi.json`, { headers: TOKEN });
  expect(answer.status).toBe(200);
  return (await answer.json()) as ApiDocument;
}

test("the documents are for those who have the service token", async () => {
  for (const service of INTERNAL) {
    const answer = await fetch(`${store.services[service].url}/openapi.json`);
    expect(answer.status).toBe(401);
  }
  // People reach this one through the edge: for them there is nothing.
  expect((await fetch(`${store.services.storefront.url}/openapi.json`)).status).toBe(404);
});

test("every operation is described, under a name of its own", async () => {
  for (const service of [...INTERNAL, "storefront"] as const) {
    const document = await documentOf(service);
    expect([document.openapi, document.info.title]).toEqual(["3.1.0", service]);
    await SwaggerParser.validate(structuredClone(document) as unknown as string);
    const names = operationsOf(document).map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
  }
  const { paths } = await documentOf("catalog");
  expect(Object.keys(paths)).toContain("/products/{slug}");
  expect(paths["/products"]?.get?.parameters?.map(({ name }) => name)).toContain("cursor");
});

describe.each(INTERNAL)("%s", (service) => {
  test("keeps its contract whatever it is asked: no 5xx, no stack trace", async () => {
    const document = await documentOf(service);
    const { url } = store.services[service];
    for (const operation of operationsOf(document)) {
      await fc.assert(
        fc.asyncProperty(attempts(operation), async (attempt) => {
          const answer = await fetch(addressOf(url, operation, attempt), {
            method: operation.method,
            headers: {
              ...TOKEN,
              ...(operation.contentType ? { "content-type": operation.contentType } : {}),
            },
            body: attempt.body ?? null,
          });
          const problem = answerProblem(document, operation, answer.status, await answer.text());
          expect(problem).toBeUndefined();
        }),
        { numRuns: RUNS },
      );
    }
  }, 180_000);
});

describe("storefront", () => {
  test("has its headers also on answers to addresses that lead nowhere", async () => {
    const { url } = store.services.storefront;
    const long = `/product/${"x".repeat(3_000)}`;
    for (const path of ["/%", long, "/product/%00", "/product/%20", "/nothing"]) {
      const answer = await fetch(url + path);
      expect([path.slice(0, 9), answer.status >= 400 && answer.status < 500]).toEqual([
        path.slice(0, 9),
        true,
      ]);
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(await answer.text()).toContain("<html");
    }
  });

  test("answers every address with a page", async () => {
    const { url } = store.services.storefront;
    for (const operation of operationsOf(await documentOf("storefront"))) {
      if (operation.method !== "GET") continue;
      await fc.assert(
        fc.asyncProperty(attempts(operation), pageQuery(), async (attempt, query) => {
          const address = addressOf(url, operation, { ...attempt, query });
          const answer = await fetch(address, { redirect: "manual" });
          expect(answer.status).toBeLessThan(500);
          expect(stackIn(await answer.text())).toBeUndefined();
        }),
        { numRuns: RUNS / 2 },
      );
    }
  }, 180_000);

  test("answers every form, also to a member who means no good", async () => {
    const member = new Shopper(store.services.storefront.url);
    await member.register();
    for (const operation of operationsOf(await documentOf("storefront"))) {
      if (operation.method !== "POST" || operation.path === "/sign-out") continue;
      await fc.assert(
        fc.asyncProperty(formInput(), hostileText(), async (fields, id) => {
          const { csrf = "" } = formFields(await member.get("/cart"), "/language");
          const path = operation.path.replace("{id}", encodeURIComponent(id) || "1");
          const answer = await member.post(path, { ...fields, csrf });
          expect(answer.status).toBeLessThan(500);
          expect(stackIn(answer.html)).toBeUndefined();
        }),
        { numRuns: 12 },
      );
    }
  }, 180_000);
});

/** Parameters and fields that pages know, with anything in them. */
function pageQuery(): fc.Arbitrary<Record<string, string>> {
  const names = ["q", "cursor", "sort", "from", "to", "stock", "category", "next", "low"];
  return fc.dictionary(fc.constantFrom(...names), hostileText());
}

function formInput(): fc.Arbitrary<Record<string, string>> {
  const names = [
    "email",
    "password",
    "name",
    "productId",
    "quantity",
    "remove",
    "next",
    "language",
  ];
  const checkout = ["idempotencyKey", "expectedTotalMinor", "cardNumber", "country", "city"];
  return fc.dictionary(fc.constantFrom(...names, ...checkout), hostileText());
}
