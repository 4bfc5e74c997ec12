import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Shopper } from "../support/shopper.ts";
import { type Store, startStore } from "../support/store.ts";
import { until } from "../support/until.ts";

interface Span {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
}

interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<Span, "service">[] }[];
  }[];
}

const spans: Span[] = [];
/** Takes traces as any OpenTelemetry collector would. */
const collector = createServer(async (request, response) => {
  const { resourceSpans } = JSON.parse(await text(request)) as Export;
  for (const { resource, scopeSpans } of resourceSpans) {
    const name = resource.attributes.find(({ key }) => key === "service.name");
    const service = name?.value.stringValue ?? "";
    spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ service, ...span }))));
  }
  response.setHeader("content-type", "application/json").end("{}");
});

let store: Store;

beforeAll(async () => {
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  const { port } = collector.address() as { port: number };
  store = await startStore({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_BSP_SCHEDULE_DELAY: "200",
  });
}, 180_000);

afterAll(async () => {
  await store?.stop();
  collector.close();
});

test("one trace leads from the visitor's request through the services, and names none twice", async () => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  await new Shopper(store.services.storefront.url).get("/product/harbour-stoneware-mug", {
    traceparent: `00-${traceId}-b7ad6b7169203331-01`,
  });
  const ours = () => spans.filter((span) => span.traceId === traceId);
  await until("both services' spans", () => ours().some(({ service }) => service === "catalog"));
  await until("the page's span", () => ours().some(({ service }) => service === "storefront"));
  await until("the page's own span", () =>
    ours().some(({ name }) => name === "GET /product/:slug"),
  );
  const page = ours().find(({ name }) => name === "GET /product/:slug");
  expect(page?.parentSpanId).toBe("b7ad6b7169203331");
  const served = ours().find(({ name }) => name === "GET /products/:slug");
  expect(served?.service).toBe("catalog");
  const call = ours().find(({ spanId }) => spanId === served?.parentSpanId);
  expect([call?.service, call?.parentSpanId]).toEqual(["storefront", page?.spanId]);
});

test("probes leave no trace", async () => {
  await fetch(`${store.services.catalog.url}/readyz`);
  expect(spans.filter(({ name }) => /readyz|metrics|healthz/.test(name))).toEqual([]);
});
