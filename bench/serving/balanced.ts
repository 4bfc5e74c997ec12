import { join } from "node:path";
import { root } from "../../cli/workspace.ts";
import { startEdge } from "../../test/support/edge.ts";
import { freePort, type Running, start, stop } from "../../test/support/processes.ts";
import { until } from "../../test/support/until.ts";
import { printTable, reaches } from "../report.ts";
import { onServersCore } from "./cores.ts";
import { askProduct } from "./requests.ts";
import { cells, headings, measure, type Rounds } from "./rounds.ts";
import { jsonHeaders, type Sides, storeProcesses } from "./sides.ts";
import { guestHeaders } from "./visitors.ts";

const LEAST = 0.5;
/** Few enough to stay in memory: here it is not about the databases. */
const POPULAR = 100;

type Stops = (() => Promise<void>)[];

/**
 * Through the store's balancer: a product from the cache against the least that a server on Fastify
 * can answer; and pages from one storefront and from three. Three have no more cores than one here:
 * what can be seen is whether a page costs more when there are more of them.
 */
export async function measureBalanced(sides: Sides, rounds: Rounds): Promise<boolean> {
  const stops: Stops = [];
  try {
    const targets = await onServersCore(() => startAll(sides, stops));
    const measured = await measure(targets, rounds);
    const rows = Object.entries(measured).map(([name, capacity]) => [name, ...cells(capacity)]);
    printTable("Through the store's balancer, medians", [["", ...headings], ...rows]);
    const ratio = measured.product.perSecond / measured["bare Fastify"].perSecond;
    return reaches("product from the cache, throughput against a bare Fastify", ratio, LEAST);
  } finally {
    for (const stopOne of stops.reverse()) await stopOne();
  }
}

async function startAll({ store, products }: Sides, stops: Stops) {
  const { catalog, storefront } = store.services;
  const hello = await startHello(stops);
  const more = [await store.start("storefront"), await store.start("storefront")];
  const balanced = async (origins: string[], processes: number[]) => {
    const edge = await startEdge(origins);
    stops.push(edge.stop);
    return { origin: edge.origin, processes: [edge.running.process.pid ?? 0, ...processes] };
  };
  const processes = storeProcesses(store, more);
  const popular = products.slice(0, POPULAR);
  const pages = {
    headers: await guestHeaders(storefront.url),
    requests: popular.map(({ slug }) => ({ path: `/product/${slug}` })),
  };
  const storefronts = [storefront, ...more].map(({ url }) => url);
  return {
    "bare Fastify": {
      ...(await balanced([hello.origin], [hello.running.process.pid ?? 0])),
      requests: [{ path: "/hello" }],
    },
    product: {
      ...(await balanced([catalog.url], processes)),
      headers: jsonHeaders,
      requests: popular.map(({ slug }) => askProduct(slug)),
    },
    "page, 1 storefront": { ...(await balanced([storefront.url], processes)), ...pages },
    "page, 3 storefronts": { ...(await balanced(storefronts, processes)), ...pages },
  };
}

async function startHello(stops: Stops): Promise<{ origin: string; running: Running }> {
  const port = await freePort();
  const running = start(
    join(root, "node_modules/.bin/node"),
    [join(import.meta.dirname, "hello.ts")],
    { env: { PATH: process.env.PATH ?? "", NODE_ENV: "production", PORT: String(port) } },
  );
  stops.push(() => stop(running));
  const origin = `http://127.0.0.1:${port}`;
  await until("the bare Fastify to answer", () =>
    fetch(`${origin}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return { origin, running };
}
