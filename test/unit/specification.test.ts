import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import type { WorkloadSpec } from "../../components/orchestrator/specs.ts";
import { specificationLabel } from "../../components/orchestrator/swarm/names.ts";
import {
  type ClusterContext,
  type ServiceShape,
  serviceArgs,
} from "../../components/orchestrator/swarm/service-args.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";

beforeEach(async () => {
  await recordResources();
});

interface Change {
  spec?: Partial<WorkloadSpec>;
  shape?: Partial<ServiceShape>;
  context?: Partial<ClusterContext>;
}

function render({ spec, shape, context }: Change = {}) {
  return serviceArgs(
    {
      prefix: "ha-store-dev",
      platform: { os: "linux", architecture: "amd64" },
      ...context,
    },
    { image: "catalog@sha256:1", networks: [], resources: { memoryLimitMiB: 256 }, ...spec },
    {
      serviceName: "ha-store-dev-catalog",
      dnsName: "catalog",
      mode: { replicated: { replicas: 2 } },
      order: "start-first",
      constraints: [],
      spread: [],
      volumes: [],
      ...shape,
    },
  );
}

/** What the label says, which is what the gate is told to look for. */
async function label(change?: Change): Promise<string> {
  const { args, specification } = render(change);
  const labels = (await promiseOf(pulumi.output(args.labels))) ?? [];
  const value = labels.find((it) => it.label === specificationLabel)?.value;
  expect(value).toMatch(/^[0-9a-f]{12}$/);
  expect(await promiseOf(specification)).toBe(value);
  return value ?? "";
}

const file = (id: string) => ({ id: pulumi.output(id), name: pulumi.output(`${id}-name`) });

/** Each field with the values it is changed to; a new field is not forgotten: it does not compile. */
const specs: Record<
  Exclude<keyof WorkloadSpec, "rolloutTimeoutSeconds">,
  Partial<WorkloadSpec>[]
> = {
  image: [{ image: "catalog@sha256:2" }],
  networks: [{ networks: [{ id: pulumi.output("one") }] }, { networks: [file("two")] }],
  command: [{ command: ["--verbose"] }, { command: ["--quiet"] }],
  environment: [
    { environment: { PORT: "8080" } },
    { environment: { PORT: "8081" } },
    { environment: { PORT: pulumi.secret("8082") } },
  ],
  secrets: [
    { secrets: [{ secret: file("s1"), path: "/run/secrets/a" }] },
    { secrets: [{ secret: file("s2"), path: "/run/secrets/a" }] },
    { secrets: [{ secret: file("s1"), path: "/run/secrets/b" }] },
  ],
  configFiles: [
    { configFiles: [{ configFile: file("c1"), path: "/etc/a" }] },
    { configFiles: [{ configFile: file("c2"), path: "/etc/a" }] },
  ],
  scratch: [{ scratch: [{ path: "/tmp" }] }, { scratch: [{ path: "/tmp", sizeMiB: 17 }] }],
  healthCheck: [
    { healthCheck: { command: ["true"] } },
    { healthCheck: { command: ["true"], timeoutSeconds: 6 } },
    { healthCheck: { command: ["true"], retries: 8 } },
    { healthCheck: { command: ["true"], withoutShell: true } },
  ],
  resources: [
    { resources: { memoryLimitMiB: 257 } },
    { resources: { memoryLimitMiB: 256, memoryReservationMiB: 16 } },
    { resources: { memoryLimitMiB: 256, cpuLimit: 0.5 } },
  ],
  ports: [{ ports: [{ target: 80, published: 80 }] }, { ports: [{ target: 80, published: 81 }] }],
  user: [{ user: "70:70" }],
  stopGracePeriodSeconds: [{ stopGracePeriodSeconds: 31 }],
};

const autoscaling = { minReplicas: 2, maxReplicas: 6, requestsPerSecond: 100, metricsPort: 8080 };

const shapes: Record<keyof ServiceShape, Partial<ServiceShape>> = {
  serviceName: { serviceName: "ha-store-dev-orders" },
  dnsName: { dnsName: "orders" },
  found: { found: true },
  mode: { mode: { replicated: { replicas: 3 } } },
  autoscaling: { autoscaling },
  order: { order: "stop-first" },
  parallelism: { parallelism: 2 },
  constraints: { constraints: ["node.role==worker"] },
  spread: { spread: ["node.labels.zone"] },
  maxReplicasPerNode: { maxReplicasPerNode: 1 },
  volumes: { volumes: [{ type: "volume", source: "data", target: "/data" }] },
};

/** What is to be seen only where there is something else. */
const visibleWith: Record<string, Change["spec"]> = {
  dnsName: { networks: [file("two")] },
  found: { healthCheck: { command: ["false"] } },
};

const changes: Change[] = [
  ...Object.values(specs).flatMap((variants) => variants.map((spec) => ({ spec }))),
  ...Object.entries(shapes).map(([key, shape]) =>
    key in visibleWith ? { shape, spec: visibleWith[key] } : { shape },
  ),
  { context: { prefix: "ha-store-prod" } },
  { context: { platform: { os: "linux", architecture: "arm64" } } },
];

test("the same specification has the same label: no difference at the next up", async () => {
  expect(await label()).toBe(await label());
  for (const change of changes) expect(await label(change)).toBe(await label(change));
});

test("whatever is changed, the label is another one each time", async () => {
  const labels = await Promise.all([{}, ...changes].map((change) => label(change)));
  const twins = labels.flatMap((value, at) => (labels.indexOf(value) < at ? [at - 1] : []));
  expect(twins.map((at) => changes[at])).toEqual([]);
});

test("any two values of a variable", async () => {
  const environment = (VALUE: string) => ({ spec: { environment: { VALUE } } });
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (one, other) => {
      fc.pre(one !== other);
      expect(await label(environment(one))).not.toBe(await label(environment(other)));
    }),
    { numRuns: 30 },
  );
});

test("how long to wait for it is no part of what is asked for", async () => {
  expect(await label({ spec: { rolloutTimeoutSeconds: 7 } })).toBe(await label());
});

test("how many replicas an autoscaler gave is no part of it, between which bounds is", async () => {
  const scaled = (replicas: number, maxReplicas: number) =>
    label({
      shape: {
        mode: { replicated: { replicas } },
        autoscaling: { ...autoscaling, maxReplicas },
      },
    });
  expect(await scaled(3, 6)).toBe(await scaled(2, 6));
  expect(await scaled(2, 7)).not.toBe(await scaled(2, 6));
});

test("it can be read, even if a variable is a secret, and the secret can't", async () => {
  const secret = "wV3mB0qYtC8aQ1xZ";
  const change = { spec: { environment: { TOKEN: pulumi.secret(secret) } } };
  expect(await pulumi.isSecret(render(change).specification)).toBe(false);
  expect(await label(change)).not.toContain(secret.slice(0, 4));
  expect(await label(change)).toBe(await label({ spec: { environment: { TOKEN: secret } } }));
});
