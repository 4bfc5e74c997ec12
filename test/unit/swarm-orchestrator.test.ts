import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadSpec } from "../../components/orchestrator/specs.ts";
import { SwarmOrchestrator } from "../../components/orchestrator/swarm/swarm-orchestrator.ts";
import {
  isSecret,
  plain,
  promiseOf,
  type Recording,
  recordResources,
  withoutSecrets,
} from "../support/pulumi-mocks.ts";
import { imageContext } from "./support/image-context.ts";

const types = {
  network: "docker:index/network:Network",
  secret: "docker:index/secret:Secret",
  config: "docker:index/serviceConfig:ServiceConfig",
  build: "docker:index/remoteImage:RemoteImage",
  push: "docker:index/registryImage:RegistryImage",
  service: "docker:index/service:Service",
};
const stack = [{ label: "ha-store.stack", value: "ha-store-dev" }];
const workload: WorkloadSpec = {
  image: "catalog@sha256:1",
  networks: [],
  resources: { memoryLimitMiB: 128 },
};

let recording: Recording;
let swarm: SwarmOrchestrator;
let parent: pulumi.ComponentResource;
beforeEach(async () => {
  recording = await recordResources();
  swarm = new SwarmOrchestrator("swarm", {
    host: "unix:///var/run/docker.sock",
    prefix: "ha-store-dev",
    zones: ["zone-1", "zone-2"],
    registry: {
      address: "10.77.0.11:5000",
      username: "ha-store",
      password: "registry-password",
      insecure: true,
    },
    architecture: "arm64",
  });
  parent = new pulumi.ComponentResource("test:index:Parent", "parent");
});

/** Inputs of the service of that name, with those blocks that every service has. */
async function service(name: string) {
  await recording.settled();
  return plain(recording.one(types.service, name).inputs) as {
    name: string;
    mode: object;
    labels: { label: string; value: string }[];
    updateConfig: { order: string };
    taskSpec: {
      containerSpec: { mounts: { type?: string }[]; env?: Record<string, string> };
      placement: { constraints: string[]; prefs: string[]; maxReplicas: number; platforms: object };
    };
  };
}

test("the provider signs in to the registry, with the password as a secret", async () => {
  await recording.settled();
  const provider = recording.one("pulumi:providers:docker");
  expect(JSON.stringify(plain(provider.inputs))).toContain("http://10.77.0.11:5000");
  expect(JSON.stringify(withoutSecrets(provider.inputs))).not.toContain("registry-password");
  expect(provider.parent).toBe("swarm");
});

test("a configuration tells which credentials were handed out, and not what they are", async () => {
  await recording.settled();
  const { inputs } = recording.one(types.config, "registry-credentials");
  const labels = plain(inputs.labels) as { label: string; value: string }[];
  const given = labels.find(({ label }) => label === "ha-store.registry-credentials");
  expect(given?.value).toMatch(/^[0-9a-f]{12}$/);
  const data = Buffer.from(String(plain(inputs.data)), "base64").toString();
  expect(data).toBe(given?.value);
});

test("everything is its component's child, of the given provider", async () => {
  swarm.network("data", { encrypted: true, internal: true }, { parent });
  swarm.secret("token", { content: "t" }, { parent });
  swarm.configFile("settings", { content: "c" }, { parent });
  swarm.replicatedService("catalog", { ...workload, replicas: 2 }, { parent });
  await recording.settled();
  const made = recording.resources.filter(({ type }) => type.startsWith("docker:"));
  expect(made.map(({ parent }) => parent).toSorted()).toEqual([
    ...Array(4).fill("parent"),
    "swarm",
  ]);
  for (const resource of made) {
    expect(resource.options.provider).toBe("swarm-provider");
  }
});

describe("network", () => {
  test("an overlay, encrypted and cut off as the spec says, with a name of Pulumi's", async () => {
    swarm.network("data", { encrypted: true, internal: true }, { parent });
    swarm.network("edge", { encrypted: false, internal: false }, { parent });
    await recording.settled();
    const data = recording.one(types.network, "data").inputs;
    expect(data).toMatchObject({ driver: "overlay", internal: true, labels: stack });
    expect(data.options).toEqual({ encrypted: "" });
    expect(data.name).toBeUndefined();
    const edge = recording.one(types.network, "edge").inputs;
    expect(edge).toMatchObject({ internal: false });
    expect(edge.options ?? {}).not.toHaveProperty("encrypted");
  });
});

describe("secret and configuration file", () => {
  test("a secret's content is a Pulumi secret even if it came in plain, under a new name", async () => {
    const secret = swarm.secret("token", { content: "Zoë" }, { parent });
    await recording.settled();
    const { inputs } = recording.one(types.secret);
    expect(isSecret(inputs.data)).toBe(true);
    expect(Buffer.from(String(plain(inputs.data)), "base64").toString()).toBe("Zoë");
    expect(inputs.name).toBeUndefined();
    expect(await promiseOf(secret.name)).toMatch(/^token-/);
  });

  test("a configuration file's content can be read in a diff", async () => {
    swarm.configFile("settings", { content: "a = 1\n" }, { parent });
    await recording.settled();
    const { inputs } = recording.one(types.config, "settings");
    expect(inputs).toMatchObject({ data: Buffer.from("a = 1\n").toString("base64") });
    expect(inputs.name).toBeUndefined();
  });
});

describe("image", () => {
  const context = imageContext();

  const registry = () => ({
    address: "10.77.0.11:5000",
    ready: pulumi.output<pulumi.Resource>(parent),
  });

  test("tagged by its content, pushed when the registry serves, referred to by digest", async () => {
    const { reference } = swarm.image(
      "catalog",
      { context: context(), registry: registry() },
      { parent },
    );
    expect(await promiseOf(reference)).toMatch(
      /^10\.77\.0\.11:5000\/ha-store-dev\/catalog@sha256:[0-9a-f]{64}$/,
    );
    await recording.settled();
    const build = recording.one(types.build);
    const push = recording.one(types.push);
    expect(build.inputs).toMatchObject({
      name: expect.stringMatching(/^10\.77\.0\.11:5000\/ha-store-dev\/catalog:[0-9a-f]{16}$/),
      keepLocally: true,
      build: { context: context(), useLegacyBuilder: true },
    });
    expect(push.inputs).toMatchObject({ keepRemotely: true, name: build.inputs.name });
    expect(push.inputs.triggers).toHaveProperty("imageId");
    expect(push.options.dependsOn).toContain("catalog-build");
    expect(build.options.dependsOn).toEqual([]);
  });

  test("the same content gives the same inputs, another content others", async () => {
    const inputs = async (name: string) => {
      swarm.image(name, { context: context(), registry: registry() }, { parent });
      await recording.settled();
      return recording.one(types.build, `${name}-build`).inputs.triggers;
    };
    const first = await inputs("one");
    expect(await inputs("two")).toEqual(first);
    writeFileSync(join(context(), "Dockerfile"), "FROM scratch\n");
    expect(await inputs("three")).not.toEqual(first);
  });

  test("without a registry it is pushed nowhere and named by its content", async () => {
    const { reference } = swarm.image("registry", { context: context() }, { parent });
    expect(await promiseOf(reference)).toMatch(/^ha-store-dev\/registry:[0-9a-f]{16}$/);
    await recording.settled();
    expect(recording.ofType(types.push)).toEqual([]);
  });

  test("a folder without Dockerfile is told by its name, and nothing is registered", async () => {
    rmSync(join(context(), "Dockerfile"));
    expect(() => swarm.image("catalog", { context: context() }, { parent })).toThrow(
      `${context()} has no Dockerfile`,
    );
    expect((await recording.settled()).ofType(types.build)).toEqual([]);
  });
});

describe("workloads", () => {
  test("replicas are spread over zones, new before old", async () => {
    const spec = { ...workload, replicas: 3, maxReplicasPerNode: 1 };
    const made = swarm.replicatedService("catalog", spec, { parent });
    const { name, mode, updateConfig, taskSpec } = await service("catalog");
    expect(name).toBe("ha-store-dev-catalog");
    expect(mode).toEqual({ replicated: { replicas: 3 } });
    expect(updateConfig.order).toBe("start-first");
    expect(taskSpec.placement).toEqual({
      constraints: [],
      prefs: ["node.labels.zone"],
      maxReplicas: 1,
      platforms: [{ os: "linux", architecture: "arm64" }],
    });
    expect(made.dnsName).toBe("catalog");
  });

  test("a name is an interface: what replaces a service comes after it is gone", async () => {
    swarm.replicatedService("catalog", { ...workload, replicas: 2 }, { parent });
    await recording.settled();
    expect(recording.one(types.service).options.deleteBeforeReplace).toBe(true);
  });

  const autoscaling = {
    minReplicas: 3,
    maxReplicas: 6,
    requestsPerSecond: 100,
    metricsPort: 8080,
  };

  test("autoscaled replicas begin within their bounds, which the service says itself", async () => {
    swarm.replicatedService("catalog", { ...workload, replicas: 2, autoscaling }, { parent });
    const { mode, labels } = await service("catalog");
    expect(mode).toEqual({ replicated: { replicas: 3 } });
    expect(labels).toContainEqual({
      label: "ha-store.autoscaling",
      value: '{"minReplicas":3,"maxReplicas":6,"requestsPerSecond":100,"metricsPort":8080}',
    });
    expect(recording.one(types.service, "catalog").options).toMatchObject({
      ignoreChanges: ["mode.replicated.replicas"],
      transforms: 1,
    });
  });

  test("replicas that nobody scales are as many as the program says", async () => {
    swarm.replicatedService("catalog", { ...workload, replicas: 2 }, { parent });
    await recording.settled();
    expect(recording.one(types.service, "catalog").options).toMatchObject({
      ignoreChanges: [],
      transforms: 0,
    });
  });

  test("the engine's socket is a manager's, and read-only as a file", async () => {
    const spec = { ...workload, replicas: 1, orchestratorSocket: "/run/docker.sock" };
    swarm.replicatedService("executor", spec, { parent });
    const { taskSpec } = await service("executor");
    expect(taskSpec.placement.constraints).toEqual(["node.role==manager"]);
    expect(taskSpec.containerSpec.mounts).toEqual([
      { type: "bind", source: "/var/run/docker.sock", target: "/run/docker.sock", readOnly: true },
    ]);
  });

  test("a daemon runs on each node; where it holds ports, the old one goes first", async () => {
    swarm.daemon("edge", { ...workload, ports: [{ target: 80, published: 80 }] }, { parent });
    swarm.daemon("agent", workload, { parent });
    expect(await service("edge")).toMatchObject({
      mode: { global: true },
      updateConfig: { order: "stop-first" },
    });
    expect((await service("agent")).updateConfig.order).toBe("start-first");
  });

  test("members stay with their volume, and two never open the same data", async () => {
    const members = [{ name: "db-1", zone: "zone-1" }, { name: "db-2" }];
    const spec = { ...workload, members, volumePath: "/data" };
    const made = swarm.statefulSet("db", spec, { parent });
    expect(made.map(({ dnsName }) => dnsName)).toEqual(["db-1", "db-2"]);
    const first = await service("db-1");
    const second = await service("db-2");
    expect(first.updateConfig.order).toBe("stop-first");
    expect(first.mode).toEqual({ replicated: { replicas: 1 } });
    expect(first.taskSpec.placement.constraints).toEqual(["node.labels.zone==zone-1"]);
    expect(second.taskSpec.placement.constraints).toEqual(["node.role==manager"]);
    expect(first.taskSpec.containerSpec.mounts).toMatchObject([
      { type: "volume", source: "ha-store-dev-db-1", target: "/data" },
    ]);
    expect(second.taskSpec.containerSpec.mounts).toMatchObject([{ source: "ha-store-dev-db-2" }]);
  });

  test("members that keep nothing have no volume, and go anywhere unless bound to a zone", async () => {
    const members = [
      { name: "cache-1", zone: "zone-1", environment: { SELF: "cache-1" } },
      { name: "cache-2" },
    ];
    swarm.statefulSet("cache", { ...workload, environment: { A: "1" }, members }, { parent });
    const first = await service("cache-1");
    const second = await service("cache-2");
    expect(first.taskSpec.placement.constraints).toEqual(["node.labels.zone==zone-1"]);
    expect(second.taskSpec.placement.constraints).toEqual([]);
    expect(first.taskSpec.containerSpec.env).toEqual({ A: "1", SELF: "cache-1" });
    expect(second.taskSpec.containerSpec.env).toEqual({ A: "1" });
    expect(first.updateConfig.order).toBe("stop-first");
    expect(first.taskSpec.containerSpec.mounts.map(({ type }) => type)).not.toContain("volume");
  });

  test("in a preview nothing waits for the cluster", async () => {
    const spec = { ...workload, replicas: 2 };
    const { ready } = swarm.replicatedService("catalog", spec, { parent });
    expect(await promiseOf(ready.apply(() => true))).toBe(true);
  });
});
