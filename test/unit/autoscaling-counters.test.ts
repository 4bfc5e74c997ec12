import { Counter, Registry } from "prom-client";
import { readCounters } from "../../services/autoscaler/exposition.ts";

test("requests of customers are added up, those of who looks after the service are not", async () => {
  const registry = new Registry();
  const counter = new Counter({
    name: "http_requests_total",
    help: "Requests",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  counter.inc({ method: "GET", route: "/products/:id", status: 200 }, 40);
  counter.inc({ method: "POST", route: '/a "quoted" {route}', status: 503 }, 2);
  for (const route of ["/metrics", "/readyz", "/healthz"]) {
    counter.inc({ method: "GET", route, status: 200 }, 1000);
  }
  expect(readCounters(await registry.metrics()).requests).toBe(42);
});

test("a service without labels, as any other library writes it", () => {
  const page = [
    "# HELP http_requests_total Requests.",
    "# TYPE http_requests_total counter",
    "http_requests_total 1.5e3 1700000000000",
    "http_requests_total_created 1",
    "process_cpu_seconds_total 12.25",
    "process_start_time_seconds 1.7e+09",
  ].join("\n");
  expect(readCounters(page)).toEqual({ requests: 1500, cpuSeconds: 12.25, startedAt: 1.7e9 });
});

test("what is not there is not 0", () => {
  expect(readCounters("up 1\n")).toEqual({
    requests: undefined,
    cpuSeconds: undefined,
    startedAt: undefined,
  });
});
