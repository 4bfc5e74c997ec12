import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { plain, promiseOf, type Recording, withoutSecrets } from "../support/pulumi-mocks.ts";
import {
  applications,
  caches,
  images,
  logins,
  makeServicesFolder,
  makeStore,
  members,
  monitoring,
  routers,
  type Store,
  services,
} from "./support/online-store.ts";

let folder: string;
let made: Store;
beforeAll(async () => {
  folder = makeServicesFolder();
  made = await makeStore(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("all parts are there, and none that serves stands alone", async () => {
  const { recording, service } = made;
  const alone = ["backup", "registry"];
  expect(
    services(recording)
      .map(([name]) => name)
      .sort(),
  ).toEqual(
    [
      ...applications,
      ...routers,
      ...logins,
      ...members.map(({ name }) => name),
      ...caches,
      "edge-balancer",
      ...monitoring,
      ...alone,
    ].sort(),
  );
  for (const name of applications)
    expect(service(name).mode).toEqual({ replicated: { replicas: 2 } });
  for (const name of routers) expect(service(name).mode).toEqual({ replicated: { replicas: 3 } });
  expect(service("edge-balancer").mode).toEqual({ global: true });
});

test("every service is without root, capabilities and writable files, checked and limited", async () => {
  const { recording } = made;
  for (const [name, { taskSpec, endpointSpec, updateConfig }] of services(recording)) {
    const { containerSpec, resources, placement } = taskSpec;
    expect([name, containerSpec.user]).toEqual([
      name,
      expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/),
    ]);
    expect([name, containerSpec.readOnly, containerSpec.capDrops]).toEqual([name, true, ["ALL"]]);
    expect([name, containerSpec.healthcheck?.tests[0]]).toEqual([name, "CMD"]);
    expect(resources.limits.memoryBytes).toBeGreaterThan(0);
    expect(placement.platforms).toHaveLength(1);
    expect(endpointSpec.mode).toBe("dnsrr");
    expect(updateConfig.failureAction).toBe("rollback");
  }
});

test("the services are spread over zones and roll out new before old", async () => {
  const { service } = made;
  for (const name of [...applications, ...routers]) {
    expect(service(name).taskSpec.placement.prefs).toEqual(["node.labels.zone"]);
    expect(service(name).updateConfig.order).toBe("start-first");
  }
});

test("only the edge, the registry and the status page have ports, and these are the node's own", async () => {
  const { recording } = made;
  const published = services(recording).flatMap(([name, { endpointSpec }]) =>
    endpointSpec.ports.map((port) => [name, port.publishedPort, port.publishMode]),
  );
  expect(published).toEqual(
    expect.arrayContaining([
      ["edge-balancer", 80, "host"],
      ["edge-balancer", 443, "host"],
      ["registry", 5000, "host"],
      ["status", 8090, "host"],
    ]),
  );
  expect(published).toHaveLength(4);
});

test("only neighbours share a network, and only those with ports lead outside", async () => {
  const { recording, service } = made;
  const networks = recording.ofType("docker:index/network:Network");
  const nameOf = (id: string) => networks.find(({ name }) => id.startsWith(`${name}-`))?.name;
  const on = (name: string) => service(name).taskSpec.networksAdvanceds.map(({ id }) => nameOf(id));
  expect(on("edge-balancer")).toEqual(["edge"]);
  expect(on("storefront")).toEqual(["edge", "application"]);
  for (const name of ["catalog", "accounts", "orders"]) {
    expect(on(name)).toEqual(["application", "data"]);
  }
  const dataOnly = [...routers, ...logins, ...members.map(({ name }) => name), ...caches, "backup"];
  for (const name of dataOnly) {
    expect([name, on(name)]).toEqual([name, ["data"]]);
  }
  // What asks all the others is reached by the status page alone.
  expect(on("prometheus")).toEqual(["monitoring", "edge", "application", "data"]);
  for (const name of monitoring.filter((one) => one !== "prometheus")) {
    expect([name, on(name)]).toEqual([name, ["monitoring"]]);
  }
  for (const { name, inputs } of networks) {
    expect([name, inputs.internal]).toEqual([name, !["edge", "monitoring"].includes(name)]);
    expect(inputs.options).toEqual({ encrypted: "" });
  }
});

test("every image is named by what is in it", async () => {
  const { recording } = made;
  for (const [name, { taskSpec }] of services(recording)) {
    const { image } = taskSpec.containerSpec;
    expect(image).toMatch(name === "registry" ? /:[0-9a-f]{16}$/ : /@sha256:[0-9a-f]{64}$/);
  }
  expect(recording.ofType("docker:index/registryImage:RegistryImage")).toHaveLength(images.length);
});

test("what can be set is set", async () => {
  const { service } = await makeStore(folder, {
    storeName: "Harbour",
    seedProducts: 500,
    cancellationMinutes: 5,
    replicas: { storefront: 5 },
    httpPort: 8080,
    tls: { disabled: true },
    serviceMemoryMiB: 160,
    shards: 2,
    replication: "strict",
    databaseMemoryMiB: 384,
    cacheMemoryMiB: 32,
    backupRetention: 4,
  });
  expect(service("storefront").mode).toEqual({ replicated: { replicas: 5 } });
  expect(service("catalog").mode).toEqual({ replicated: { replicas: 2 } });
  expect(service("storefront").taskSpec.containerSpec.env.STORE_NAME).toBe("Harbour");
  expect(service("catalog").taskSpec.containerSpec.env.CATALOG_SEED_PRODUCTS).toBe("500");
  expect(service("orders").taskSpec.containerSpec.env.CANCELLATION_MINUTES).toBe("5");
  expect(service("catalog").taskSpec.resources.limits.memoryBytes).toBe(160 * 1024 * 1024);
  expect(service("edge-balancer").endpointSpec.ports.map((port) => port.publishedPort)).toEqual([
    8080,
  ]);
  const { env } = service("shard-2-1").taskSpec.containerSpec;
  expect(JSON.parse(env.CLUSTER_CONFIGURATION ?? "")).toMatchObject({
    synchronous_mode_strict: true,
    postgresql: { parameters: { shared_buffers: "96MB" } },
  });
  expect(service("cache-1").taskSpec.containerSpec.args).toContain("32mb");
  expect(service("backup").taskSpec.containerSpec.env.BACKUP_RETENTION).toBe("4");
});

test("what is to be scaled says so, and begins with what is asked for", async () => {
  const { service, recording } = await makeStore(folder, {
    replicas: { storefront: 4 },
    autoscaling: {
      storefront: { minReplicas: 2, maxReplicas: 6, requestsPerSecond: 100 },
      orders: { minReplicas: 3, maxReplicas: 5, cpuCores: 0.6 },
    },
  });
  expect(service("storefront").mode).toEqual({ replicated: { replicas: 4 } });
  expect(service("orders").mode).toEqual({ replicated: { replicas: 3 } });
  const scaled = services(recording).flatMap(([name, { labels }]) =>
    labels.some(({ label }) => label === "ha-store.autoscaling") ? [name] : [],
  );
  expect(scaled.sort()).toEqual(["orders", "storefront"]);
});

test("of the autoscaler, the part on the services' network has no socket", async () => {
  const { service, recording } = await makeStore(folder, {
    autoscaling: { storefront: { minReplicas: 2, maxReplicas: 6, requestsPerSecond: 100 } },
  });
  const networks = recording.ofType("docker:index/network:Network");
  const nameOf = (id: string) => networks.find(({ name }) => id.startsWith(`${name}-`))?.name;
  const on = (name: string) => service(name).taskSpec.networksAdvanceds.map(({ id }) => nameOf(id));
  expect(on("autoscaler")).toEqual(["autoscaler", "application"]);
  expect(on("autoscaler-executor")).toEqual(["autoscaler"]);
  const binds = services(recording).flatMap(([name, { taskSpec }]) =>
    taskSpec.containerSpec.mounts.flatMap(({ type }) => (type === "bind" ? [name] : [])),
  );
  expect(binds).toEqual(["autoscaler-executor"]);
  const { env, readOnly, capDrops } = service("autoscaler-executor").taskSpec.containerSpec;
  expect(env.NAMESPACE).toBe("ha-store-test");
  expect([readOnly, capDrops]).toEqual([true, ["ALL"]]);
});

test("with nothing to scale there is no autoscaler, and nobody has the engine's socket", () => {
  const { recording } = made;
  const all = recording.resources.map(({ type, name }) => `${type} ${name}`);
  expect(all.filter((one) => /autoscaler/i.test(one))).toEqual([]);
  expect(JSON.stringify(services(recording))).not.toContain("docker.sock");
});

test("alerts are sent where it is said, and their addresses stand in no plain text", async () => {
  const webhook = "https://chat.example/hooks/hunter2";
  const { service, recording } = await makeStore(folder, {
    alertWebhooks: [pulumi.secret(webhook)],
  });
  for (const number of [1, 2]) {
    const { placement, containerSpec } = service(`alertmanager-${number}`).taskSpec;
    expect(placement.constraints).toEqual([`node.labels.zone==zone-${number}`]);
    expect(containerSpec.secrets[0]?.fileName).toBe("/run/secrets/alertmanager.yml");
  }
  const { inputs } = recording.one("docker:index/secret:Secret", "alertmanager-configuration");
  const { data } = plain(inputs) as { data: string };
  expect(Buffer.from(data, "base64").toString()).toContain(webhook);
  const visible = JSON.stringify(withoutSecrets(recording.resources));
  expect([visible.includes("hunter2"), visible.includes(data)]).toEqual([false, false]);
});

test("without monitoring nothing of it is built or run", async () => {
  const { recording } = await makeStore(folder, { monitoring: "off" });
  const made = recording.resources.map(({ type, name }) => `${type} ${name}`);
  expect(made.filter((one) => /prometheus|status|node-exporter|monitoring/i.test(one))).toEqual([]);
});

test("all that speaks Prometheus is watched, and replicas tell where they are and what", () => {
  const { recording, service } = made;
  const encoded = plain(recording.ofType("docker:index/serviceConfig:ServiceConfig"));
  const [file] = (encoded as { name: string; inputs: { data: string } }[]).filter(
    ({ name }) => name === "prometheus-configuration",
  );
  const configuration = Buffer.from(file?.inputs.data ?? "", "base64").toString();
  const asked = [...applications, ...routers, "edge-balancer"].map((name) => `tasks.${name}`);
  const named = members.map(({ name }) => `${name}:`);
  for (const name of [...asked, ...named, "backup:8433", "node-exporter-3:9100"]) {
    expect(configuration).toContain(`- ${name}`);
  }
  for (const name of applications) {
    const { env, image } = service(name).taskSpec.containerSpec;
    expect(env.NODE_NAME).toBe("{{.Node.Hostname}}");
    expect(image).toContain(`@sha256:${env.RELEASE}`);
    expect(env.RELEASE).toHaveLength(12);
  }
});

test("a service has 256 MiB where nothing else is said", () => {
  const limits = applications.map(
    (name) => made.service(name).taskSpec.resources.limits.memoryBytes / 1024 / 1024,
  );
  expect(limits).toEqual(applications.map(() => 256));
});

test("every resource of the store hangs below it", async () => {
  const { recording } = made;
  const parents = new Map(
    recording.resources.map(({ name, type, parent }) => [`${type} ${name}`, parent]),
  );
  const orphans = [...parents].filter(([, parent]) => parent === undefined).map(([key]) => key);
  expect(orphans.sort()).toEqual([
    "ha-store:index:OnlineStore store",
    "ha-store:index:Registry registry",
    "ha-store:index:RegistryAccess registry-access",
    "ha-store:index:SwarmOrchestrator swarm",
  ]);
});

test("each member stays with its volume in a zone of its own, and old goes before new", () => {
  for (const { name, zone } of members) {
    const { taskSpec, updateConfig } = made.service(name);
    expect(taskSpec.placement.constraints).toEqual([`node.labels.zone==${zone}`]);
    expect(taskSpec.containerSpec.mounts).toContainEqual(
      expect.objectContaining({ type: "volume", source: `ha-store-test-${name}` }),
    );
    expect(updateConfig.order).toBe("stop-first");
  }
});

test("it is ready when every part is", async () => {
  const { store } = made;
  expect(await promiseOf(store.ready)).toBe(true);
});

describe("a second up", () => {
  const inputs = ({ resources }: Recording) =>
    Object.fromEntries(
      resources.map((it) => [`${it.type} ${it.name}`, JSON.stringify(plain(it.inputs))]),
    );
  const changed = (before: Record<string, string>, after: Record<string, string>) =>
    Object.keys(before)
      .filter((key) => before[key] !== after[key])
      .map((key) => key.replace(/.*:/, ""))
      .sort();

  test("changes nothing: the same inputs of every resource", async () => {
    expect(inputs((await makeStore(folder)).recording)).toEqual(inputs(made.recording));
  });

  const membersOf = (set: string) => [1, 2, 3].map((number) => `${set}-${number}`);

  test.each<[string, string[]]>([
    ["catalog", ["catalog"]],
    ["haproxy", ["edge-balancer", ...routers]],
    ["etcd", membersOf("etcd")],
    ["postgres", ["backup", ...logins, ...routers.flatMap(membersOf)]],
    ["valkey", caches],
  ])(
    "after one changed file of %s touches that image and its services alone",
    async (image, its) => {
      const file = join(folder, image, "changed");
      writeFileSync(file, "changed");
      const after = inputs((await makeStore(folder)).recording);
      rmSync(file);
      expect(changed(inputs(made.recording), after)).toEqual(
        [
          `RegistryImage ${image}-push`,
          `RemoteImage ${image}-build`,
          ...its.map((name) => `Service ${name}`),
        ].sort(),
      );
    },
  );

  // Databases that have customers' data must not restart because others are to come.
  test("with one more shard touches those alone that have to know of it", async () => {
    const before = inputs(made.recording);
    const after = inputs((await makeStore(folder, { shards: 2 })).recording);
    expect(changed(before, after)).toEqual([
      "Secret backup-clients",
      "Service accounts",
      "Service backup",
      "Service orders",
      "ServiceConfig prometheus-configuration",
      "ServiceConfig prometheus-rules",
    ]);
    const added = Object.keys(after).filter((key) => !(key in before));
    expect(added.filter((key) => !key.includes("shard-2"))).toEqual([]);
    expect(added).toContain("docker:index/service:Service shard-2-3");
  });
});
