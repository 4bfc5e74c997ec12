import * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "../../components/orchestrator/fingerprint.ts";
import type { WorkloadSpec } from "../../components/orchestrator/specs.ts";
import {
  type ServiceShape,
  serviceArgs,
} from "../../components/orchestrator/swarm/service-args.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";

beforeEach(async () => {
  await recordResources();
});

const file = { id: pulumi.output("id"), name: pulumi.output("name-1a2b3c4") };
const shape: ServiceShape = {
  serviceName: "ha-store-dev-catalog",
  dnsName: "catalog",
  mode: { replicated: { replicas: 2 } },
  order: "start-first",
  constraints: [],
  spread: ["node.labels.zone"],
  volumes: [],
};

function render(spec: Partial<WorkloadSpec> = {}, more: Partial<ServiceShape> = {}) {
  const { args } = serviceArgs(
    {
      prefix: "ha-store-dev",
      platform: { os: "linux", architecture: "amd64" },
    },
    { image: "catalog@sha256:1", networks: [], resources: { memoryLimitMiB: 256 }, ...spec },
    { ...shape, ...more },
  );
  return promiseOf(pulumi.output(args));
}

/** The parts of a task that are always there. */
async function parts(spec: Partial<WorkloadSpec> = {}, more: Partial<ServiceShape> = {}) {
  const { taskSpec } = await render(spec, more);
  const { containerSpec, placement, resources, restartPolicy } = taskSpec;
  if (!placement || !resources || !restartPolicy) throw new Error("a block is missing");
  return { taskSpec, container: containerSpec, placement, resources, restartPolicy };
}

describe("least privilege, without a word from the spec", () => {
  test("no root, no capability, no writable file system", async () => {
    const { container } = await parts();
    expect(container.user).toBe("1000:1000");
    expect(container.readOnly).toBe(true);
    expect(container.capDrops).toEqual(["ALL"]);
    expect(container.capAdds).toBeUndefined();
  });

  test("a secret is a file that its user alone can read", async () => {
    const secrets = [{ secret: file, path: "/run/secrets/token" }];
    const { container } = await parts({ secrets, user: "70:71" });
    expect(container.secrets).toEqual([
      {
        secretId: "id",
        secretName: "name-1a2b3c4",
        fileName: "/run/secrets/token",
        fileUid: "70",
        fileGid: "71",
        fileMode: 0o400,
      },
    ]);
  });

  test("a configuration file can be read and not written", async () => {
    const configFiles = [{ configFile: file, path: "/etc/app.cfg" }];
    const { container } = await parts({ configFiles });
    expect(container.configs).toMatchObject([{ fileName: "/etc/app.cfg", fileMode: 0o444 }]);
  });

  test("scratch folders live in memory and have an end", async () => {
    const scratch = [{ path: "/tmp" }, { path: "/run/app", sizeMiB: 64 }];
    const { container } = await parts({ scratch });
    expect(container.mounts).toMatchObject([
      { type: "tmpfs", target: "/tmp", tmpfsOptions: { sizeBytes: 16 * 1024 * 1024 } },
      { type: "tmpfs", target: "/run/app", tmpfsOptions: { sizeBytes: 64 * 1024 * 1024 } },
    ]);
  });
});

describe("high availability, without a word from the spec", () => {
  test("a release rolls through one by one and is taken back when it fails", async () => {
    const { updateConfig, rollbackConfig } = await render();
    expect(updateConfig).toMatchObject({
      parallelism: 1,
      order: "start-first",
      failureAction: "rollback",
      maxFailureRatio: "0.0",
    });
    expect(rollbackConfig).toMatchObject({ order: "start-first", failureAction: "pause" });
  });

  test("the order is the shape's, also when it goes back", async () => {
    const { updateConfig, rollbackConfig } = await render({}, { order: "stop-first" });
    expect([updateConfig?.order, rollbackConfig?.order]).toEqual(["stop-first", "stop-first"]);
  });

  test("replicas are spread, and a task that ends is started again for ever", async () => {
    const { placement, restartPolicy } = await parts();
    expect(placement.prefs).toEqual(["node.labels.zone"]);
    expect(restartPolicy).toMatchObject({ condition: "any", maxAttempts: 0 });
  });

  test("clients resolve replicas themselves; ports are those of the node", async () => {
    const { endpointSpec } = await render({ ports: [{ target: 8080, published: 80 }] });
    expect(endpointSpec).toEqual({
      mode: "dnsrr",
      ports: [{ protocol: "tcp", publishMode: "host", publishedPort: 80, targetPort: 8080 }],
    });
  });

  test("without ports it publishes none", async () => {
    expect((await render()).endpointSpec).toEqual({ mode: "dnsrr", ports: [] });
  });

  test("logs don't fill the disk", async () => {
    const { taskSpec } = await parts();
    expect(taskSpec.logDriver?.options).toHaveProperty("max-size");
    expect(taskSpec.logDriver?.options).toHaveProperty("max-file");
  });
});

describe("what Docker fills in by itself is given, else it is a difference at each preview", () => {
  test("placement with constraints and platforms, and the window of restarts", async () => {
    const { placement, restartPolicy } = await parts({}, { spread: [] });
    expect(placement).toEqual({
      constraints: [],
      prefs: [],
      maxReplicas: 0,
      platforms: [{ os: "linux", architecture: "amd64" }],
    });
    expect(restartPolicy.window).toBe("0s");
  });

  test("constraints and replicas on one node are the shape's", async () => {
    const constraints = ["node.labels.zone==zone-1"];
    const { placement } = await parts({}, { constraints, maxReplicasPerNode: 2 });
    expect(placement).toMatchObject({ constraints, maxReplicas: 2 });
  });

  test("durations are written as the provider reads them back", async () => {
    const healthCheck = { command: ["check", "it"], startPeriodSeconds: 120, withoutShell: true };
    const { container } = await parts({ healthCheck, stopGracePeriodSeconds: 60 });
    expect(container.stopGracePeriod).toBe("1m");
    expect(container.healthcheck).toEqual({
      tests: ["CMD", "check", "it"],
      interval: "5s",
      timeout: "5s",
      retries: 5,
      startPeriod: "2m",
    });
  });

  test("a shell in the container repeats the check, and is given the time for it", async () => {
    const healthCheck = { command: ["check", "it"], intervalSeconds: 2, retries: 30 };
    const { container } = await parts({ healthCheck }, { dnsName: "db-1", found: true });
    expect(container.healthcheck).toMatchObject({ interval: "1s", timeout: "4m22s", retries: 2 });
    const [, shell, , , name, ...words] = container.healthcheck?.tests ?? [];
    expect([shell, name]).toEqual(["sh", "db-1"]);
    expect(words).toEqual(["2", "5", "150", "15", "check", "it"]);
  });
});

test("replicas are replaced when those before have proven themselves; going back takes no time", async () => {
  const replicas = await render({}, { order: "start-first", parallelism: 2 });
  expect(replicas.updateConfig).toMatchObject({ parallelism: 2, delay: "10s" });
  expect(replicas.rollbackConfig).toMatchObject({ parallelism: 2, delay: "0s" });
  const member = await render({}, { order: "stop-first" });
  expect(member.updateConfig).toMatchObject({ parallelism: 1, delay: "0s" });
});

test("a limit is hard, and a quarter of it is set aside", async () => {
  const { resources } = await parts({ resources: { memoryLimitMiB: 256, cpuLimit: 0.5 } });
  expect(resources.limits).toEqual({ memoryBytes: 256 * 1024 * 1024, nanoCpus: 500_000_000 });
  expect(resources.reservation).toEqual({ memoryBytes: 64 * 1024 * 1024 });
});

test("what is set aside can be chosen", async () => {
  const resources = { memoryLimitMiB: 256, memoryReservationMiB: 16, cpuReservation: 0.1 };
  expect((await parts({ resources })).resources.reservation).toEqual({
    memoryBytes: 16 * 1024 * 1024,
    nanoCpus: 100_000_000,
  });
});

test("it stands on its networks under its own name, whatever the stack is called", async () => {
  const { taskSpec } = await parts({ networks: [{ id: pulumi.output("network-id") }] });
  expect(taskSpec.networksAdvanceds).toEqual([{ id: "network-id", aliases: ["catalog"] }]);
});

test("service and container say which stack they belong to", async () => {
  const { name, labels, taskSpec } = await render();
  const label = { label: "ha-store.stack", value: "ha-store-dev" };
  expect(name).toBe("ha-store-dev-catalog");
  expect(labels).toContainEqual(label);
  expect(taskSpec.containerSpec.labels).toEqual([label]);
});

// `commands` would take the place of the image's entry point.
test("a spec's command are arguments after the image's entry point", async () => {
  const { container } = await parts({ command: ["--verbose"] });
  expect(container.args).toEqual(["--verbose"]);
  expect(container.commands).toBeUndefined();
});

describe("fingerprint", () => {
  const password = "wV3mB0qYtC8aQ1xZ";

  test("the same for the same secret, another for another, and no part of it", async () => {
    const one = await promiseOf(fingerprint(pulumi.secret(password)));
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(await promiseOf(fingerprint(password))).toBe(one);
    expect(await promiseOf(fingerprint(`${password}.`))).not.toBe(one);
  });

  test("it is no secret, so that the label can be read", async () => {
    expect(await pulumi.isSecret(fingerprint(pulumi.secret(password)))).toBe(false);
  });
});
