import { CountingReplicas } from "../support/counting-replicas.ts";
import { type DnsServer, startDnsServer } from "../support/dns-server.ts";
import { freePort, type Running, stop } from "../support/processes.ts";
import type { SteadyLoad } from "../support/steady-load.ts";
import { bundleServices, startBundle } from "../support/store.ts";
import { type EngineService, SwarmEngine } from "../support/swarm-engine.ts";
import { until } from "../support/until.ts";

/** Both parts of the autoscaler as processes, between replicas that count and an engine that is played. */

const stackLabel = { "ha-store.stack": "shop" };
const bounds = { minReplicas: 1, maxReplicas: 3, requestsPerSecond: 15 };

let engine: SwarmEngine;
let web: EngineService;
let replicas: CountingReplicas;
let load: SteadyLoad | undefined;
let dns: DnsServer;
let executor: { running: Running; url: string };
let autoscaler: { running: Running; url: string };

beforeAll(async () => {
  await bundleServices();
  engine = new SwarmEngine();
  await engine.start();
  replicas = await CountingReplicas.start(1);
  web = engine.add("shop-web", 1, { ...stackLabel, "ha-store.autoscaling": label() });
  engine.add("shop-database", 1, stackLabel);
  engine.add("shop-broken", 1, { ...stackLabel, "ha-store.autoscaling": "two to four" });
  engine.add("shop-web-2", 1, stackLabel);
  engine.add("mine-web", 1, { "ha-store.stack": "mine", "ha-store.autoscaling": label() });
  dns = await startDnsServer((name) => (name === "tasks.web" ? replicas.addresses : []));
  executor = await startPart("executor.mjs", { NAMESPACE: "shop", DOCKER_SOCKET: engine.socket });
  autoscaler = await startPart("server.mjs", {
    EXECUTOR_URL: executor.url,
    INTERVAL_SECONDS: "1",
    DNS_SERVERS: dns.address,
  });
}, 120_000);

afterAll(async () => {
  for (const part of [autoscaler, executor]) if (part) await stop(part.running);
  await dns?.stop();
  load?.stop();
  await replicas?.scale(0);
  await engine?.stop();
});

function label(): string {
  return JSON.stringify({
    ...bounds,
    stabilizationWindowSeconds: 4,
    metricsPort: replicas?.port ?? 8080,
  });
}

async function startPart(program: string, environment: Record<string, string>) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = startBundle(
    "autoscaler",
    { PORT: String(port), DRAIN_SECONDS: "0", ...environment },
    [program],
  );
  await until(`${program} to be ready`, async () => {
    if (running.process.exitCode !== null) throw new Error(running.output());
    return (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200;
  });
  return { running, url };
}

const asked = () => web.Spec.Mode.Replicated.Replicas;
/** What Swarm would do: as many replicas as the service is asked to have. */
const follow = async (count: number) => {
  await until(`${count} replicas to be asked for`, () => asked() === count, 30);
  await replicas.scale(count);
};
const metric = async (series: string) => {
  const page = await (await fetch(`${autoscaler.url}/metrics`)).text();
  const line = page.split("\n").find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
};

test("under load it asks for more replicas at once, says so, and then leaves them alone", async () => {
  load = replicas.load(60);
  await follow(3);
  await until("the log", () => autoscaler.running.output().includes('"msg":"scaled up"'));
  const [line] = autoscaler.running.output().match(/^.*scaled up.*$/m) ?? [];
  expect(JSON.parse(line ?? "")).toMatchObject({
    workload: "web",
    from: 1,
    to: 3,
    measured: 1,
    requestsPerSecond: expect.any(Number),
  });
  await until(
    "all three replicas to be measured",
    async () => ((await metric('autoscaler_requests_per_second{workload="web"}')) ?? 60) < 30,
  );
  expect(await metric('autoscaler_replicas{workload="web"}')).toBe(3);
  expect(await metric('autoscaler_desired_replicas{workload="web"}')).toBe(3);
  expect(await metric('autoscaler_decisions_total{workload="web",direction="up"}')).toBe(1);
  expect(await metric('autoscaler_cpu_cores{workload="web"}')).toBeGreaterThan(0);
}, 60_000);

test("nothing but the number was changed, with nothing but lists and updates", async () => {
  expect(web.Spec).toMatchObject({
    Name: "shop-web",
    TaskTemplate: { ContainerSpec: { Image: "shop-web@sha256:1" } },
    EndpointSpec: { Mode: "dnsrr" },
  });
  expect(new Set(engine.requests)).toEqual(
    new Set(["GET /services", "POST /services/id-of-shop-web/update"]),
  );
  expect(executor.running.output()).toContain("its label says no bounds: it is not scaled");
});

test("while a roll-out goes on, nothing is scaled", async () => {
  web.UpdateStatus = { State: "updating" };
  web.Spec.Labels["ha-store.autoscaling"] = label().replace('"maxReplicas":3', '"maxReplicas":2');
  await until(
    "the new bound to be seen",
    async () => (await metric('autoscaler_desired_replicas{workload="web"}')) === 2,
  );
  expect(asked()).toBe(3);
  web.Spec.Labels["ha-store.autoscaling"] = label();
  web.UpdateStatus = { State: "completed" };
}, 60_000);

test("replicas are taken away only after the load has been away for a window", async () => {
  const ups = await metric('autoscaler_decisions_total{workload="web",direction="up"}');
  load?.stop();
  const stopped = performance.now();
  await follow(1);
  expect(performance.now() - stopped).toBeGreaterThan(3_000);
  await until("the log", () => autoscaler.running.output().includes('"msg":"scaled down"'));
  expect(await metric('autoscaler_decisions_total{workload="web",direction="down"}')).toBe(1);
  expect(await metric('autoscaler_decisions_total{workload="web",direction="up"}')).toBe(ups);
}, 60_000);

test("a service that somebody has stopped stays stopped", async () => {
  web.Spec.Mode.Replicated.Replicas = 0;
  await until("that to be seen", async () => {
    return (await metric('autoscaler_replicas{workload="web"}')) === 0;
  });
  expect(asked()).toBe(0);
  web.Spec.Mode.Replicated.Replicas = 1;
}, 60_000);

describe("the executor does one thing", () => {
  const put = async (name: string, body: unknown) => {
    const answer = await fetch(`${executor.url}/services/${name}/replicas`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.text() };
  };

  test.each([
    ["another stack's service", "mine-web", 404],
    ["a service that is not autoscaled", "database", 404],
    ["one whose name only begins like one that is", "web-2", 404],
    ["one whose label can't be read", "broken", 404],
    ["a name that leads elsewhere", "web%2F..%2F..%2Fnodes", 400],
  ])("%s is not scaled", async (_, name, status) => {
    const before = structuredClone(engine.services);
    expect((await put(name, { replicas: 2 })).status).toBe(status);
    expect(engine.services).toEqual(before);
  });

  test.each([
    [0, 422],
    [4, 422],
    [-1, 400],
    [1.5, 400],
    ["2", 400],
  ])("%j replicas are refused", async (count, status) => {
    expect(await put("web", { replicas: count })).toMatchObject({ status });
    expect(asked()).toBe(1);
  });

  test("it says between which bounds it would be", async () => {
    expect((await put("web", { replicas: 4 })).body).toContain("web may have 1 to 3 replicas");
  });

  test.each(["updating", "paused", "rollback_started", "rollback_paused"])(
    "a roll-out that is %s is not disturbed",
    async (State) => {
      web.UpdateStatus = { State };
      expect(await put("web", { replicas: 2 })).toMatchObject({ status: 409 });
      expect(asked()).toBe(1);
      web.UpdateStatus = undefined;
    },
  );

  test.each([
    ["GET", "/containers/json"],
    ["POST", "/containers/create"],
    ["GET", "/services/web"],
    ["DELETE", "/services/web"],
    ["POST", "/services/web/update"],
    ["GET", "/secrets"],
  ])("%s %s is nothing that it knows", async (method, path) => {
    const { length } = engine.requests.filter((one) => one !== "GET /services");
    expect((await fetch(`${executor.url}${path}`, { method })).status).toBe(404);
    expect(engine.requests.filter((one) => one !== "GET /services")).toHaveLength(length);
  });

  test("without its engine it is not ready, and says so", async () => {
    await engine.stop();
    await until("it to be not ready", async () => {
      return (await fetch(`${executor.url}/readyz`)).status === 503;
    });
  });
});

test("whatever it can't reach, it lives, counts that, and ends as it is told", async () => {
  await until("a failure", async () => ((await metric("autoscaler_failures_total")) ?? 0) > 0);
  expect((await fetch(`${autoscaler.url}/healthz`)).status).toBe(200);
  for (const { running } of [autoscaler, executor]) {
    running.process.kill("SIGTERM");
    expect(await running.exited).toBe(0);
  }
}, 60_000);
