import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "../../components/delivery/registry.ts";
import { RegistryAccess } from "../../components/delivery/registry-access.ts";
import { SwarmOrchestrator } from "../../components/orchestrator/swarm/swarm-orchestrator.ts";
import { OnlineStore, type OnlineStoreArgs } from "../../components/store/online-store.ts";
import {
  plain,
  promiseOf,
  type Recording,
  recordResources,
  withoutSecrets,
} from "../support/pulumi-mocks.ts";

interface Service {
  name: string;
  mode: { replicated?: { replicas: number }; global?: boolean };
  endpointSpec: { mode: string; ports: { publishMode: string; publishedPort: number }[] };
  updateConfig: { order: string; failureAction: string };
  taskSpec: {
    containerSpec: {
      image: string;
      env: Record<string, string>;
      user: string;
      readOnly: boolean;
      capDrops: string[];
      healthcheck: { tests: string[] };
      secrets: { secretName: string; fileName: string }[];
    };
    resources: { limits: { memoryBytes: number } };
    placement: { prefs: string[]; constraints: string[]; platforms: object[] };
    networksAdvanceds: { id: string; aliases: string[] }[];
  };
}

const images = ["storefront", "catalog", "accounts", "orders", "postgres", "valkey", "haproxy"];
const applications = ["storefront", "catalog", "accounts", "orders"];

let folder: string;
let made: Store;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "services-"));
  for (const image of [...images, "registry"]) {
    mkdirSync(join(folder, image));
    writeFileSync(join(folder, image, "Dockerfile"), `FROM debian:trixie-slim\nLABEL ${image}=1\n`);
  }
  made = await makeStore();
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Store {
  recording: Recording;
  store: OnlineStore;
  /** Inputs of the Swarm service of that name. */
  service: (name: string) => Service;
}

/** The whole of what index.ts makes. */
async function makeStore(args: Partial<OnlineStoreArgs> = {}): Promise<Store> {
  const recording = await recordResources();
  const address = "10.77.0.11:5000";
  const access = new RegistryAccess("registry-access", { address });
  const orchestrator = new SwarmOrchestrator("swarm", {
    host: "unix:///var/run/docker.sock",
    prefix: "ha-store-test",
    zones: ["zone-1", "zone-2", "zone-3"],
    registry: { username: access.username, password: access.password, address, insecure: true },
  });
  const registry = new Registry("registry", {
    orchestrator,
    access,
    context: join(folder, "registry"),
  });
  const store = new OnlineStore("store", {
    orchestrator,
    registry,
    servicesFolder: folder,
    ...args,
  });
  await recording.settled();
  const service = (name: string) =>
    plain(recording.one("docker:index/service:Service", name).inputs) as Service;
  return { recording, store, service };
}

function services(recording: Recording): [string, Service][] {
  return recording
    .ofType("docker:index/service:Service")
    .map(({ name, inputs }) => [name, plain(inputs) as Service]);
}

/** Every value that was generated: passwords, hashes, keys, certificates' private keys. */
function generated(recording: Recording): string[] {
  const secrets = recording
    .ofType("docker:index/secret:Secret")
    .map(({ inputs }) => Buffer.from(String(plain(inputs.data)), "base64").toString());
  const values = secrets.flatMap((content) => content.match(/[A-Za-z0-9+/$.]{24,}/g) ?? []);
  return [...new Set(values)].filter((value) => !value.includes("CERTIFICATE"));
}

test("every service has two replicas or stands on every node, and all parts are there", async () => {
  const { recording, service } = made;
  expect(
    services(recording)
      .map(([name]) => name)
      .sort(),
  ).toEqual(
    [...applications, "products-db", "customers-db", "cache", "edge-balancer", "registry"].sort(),
  );
  for (const name of applications)
    expect(service(name).mode).toEqual({ replicated: { replicas: 2 } });
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
  for (const name of applications) {
    expect(service(name).taskSpec.placement.prefs).toEqual(["spread=node.labels.zone"]);
    expect(service(name).updateConfig.order).toBe("start-first");
  }
});

test("only the edge and the registry have ports, and these are the node's own", async () => {
  const { recording } = made;
  const published = services(recording).flatMap(([name, { endpointSpec }]) =>
    endpointSpec.ports.map((port) => [name, port.publishedPort, port.publishMode]),
  );
  expect(published).toEqual(
    expect.arrayContaining([
      ["edge-balancer", 80, "host"],
      ["edge-balancer", 443, "host"],
      ["registry", 5000, "host"],
    ]),
  );
  expect(published).toHaveLength(3);
});

test("only neighbours share a network, and only the edge's leads outside", async () => {
  const { recording, service } = made;
  const networks = recording.ofType("docker:index/network:Network");
  const nameOf = (id: string) => networks.find(({ name }) => id.startsWith(`${name}-`))?.name;
  const on = (name: string) => service(name).taskSpec.networksAdvanceds.map(({ id }) => nameOf(id));
  expect(on("edge-balancer")).toEqual(["edge"]);
  expect(on("storefront")).toEqual(["edge", "application"]);
  for (const name of ["catalog", "accounts", "orders"]) {
    expect(on(name)).toEqual(["application", "data"]);
  }
  for (const name of ["products-db", "customers-db", "cache"]) expect(on(name)).toEqual(["data"]);
  for (const { name, inputs } of networks) {
    expect([name, inputs.internal]).toEqual([name, name !== "edge"]);
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

test("no generated value is outside of a Pulumi secret: in no input, no output, no variable", async () => {
  const { recording } = made;
  const values = generated(recording);
  // Five passwords and keys, the session key, the registry's hash, and a private key of some lines.
  expect(values.length).toBeGreaterThan(8);
  const random = recording.ofType("random:index/randomPassword:RandomPassword");
  expect(random.length).toBeGreaterThan(5);
  const everything = recording.resources.map(({ inputs, outputs }) => ({ inputs, outputs }));
  const hidden = legible(plain(everything));
  const open = legible(withoutSecrets(everything));
  const certificate = certificateLines(recording);
  for (const value of values.filter((it) => !certificate.has(it))) {
    expect(hidden).toContain(value);
    expect(open).not.toContain(value);
  }
});

/** Base64 hides a value from a search, so what is encoded stands there decoded too. */
function legible(value: unknown): string {
  return JSON.stringify(value).replace(
    /[A-Za-z0-9+/=]{40,}/g,
    (text) => `${text} ${Buffer.from(text, "base64").toString()}`,
  );
}

/** The certificate itself is public; only its key must not be seen. */
function certificateLines(recording: Recording): Set<string> {
  const { inputs } = recording.one("docker:index/secret:Secret", "edge-balancer-certificate");
  const pem = Buffer.from(String(plain(inputs.data)), "base64").toString();
  return new Set(pem.slice(0, pem.indexOf("-----END CERTIFICATE")).split("\n"));
}

test("no variable holds a generated value, not even one that is marked as a secret", async () => {
  const { recording } = made;
  const values = generated(recording);
  for (const [name, { taskSpec }] of services(recording)) {
    const variables = Object.values(taskSpec.containerSpec.env).join("\n");
    expect([name, values.filter((value) => variables.includes(value))]).toEqual([name, []]);
  }
});

test("a variable that names a secret names a file, which is mounted", async () => {
  const { recording } = made;
  let files = 0;
  for (const [name, { taskSpec }] of services(recording)) {
    const { env, secrets } = taskSpec.containerSpec;
    const mounted = secrets.map(({ fileName }) => fileName);
    for (const [key, value] of Object.entries(env)) {
      if (/PASSWORD|TOKEN|KEY|SECRET/.test(key)) {
        expect([name, key]).toEqual([name, expect.stringMatching(/_FILE$/)]);
        expect(mounted).toContain(value);
        files++;
      }
    }
  }
  expect(files).toBeGreaterThanOrEqual(9);
});

test("a service has the password of its own database only", async () => {
  const { service } = made;
  const mounted = (name: string) =>
    service(name).taskSpec.containerSpec.secrets.map(({ secretName }) =>
      secretName.replace(/-[^-]*$/, ""),
    );
  expect(mounted("storefront").sort()).toEqual(["service-token", "session-keys"]);
  expect(mounted("accounts").sort()).toEqual(["customers-db-accounts-password", "service-token"]);
  expect(mounted("orders").sort()).toEqual(["customers-db-orders-password", "service-token"]);
});

test("what can be set is set", async () => {
  const { service } = await makeStore({
    storeName: "Harbour",
    seedProducts: 500,
    replicas: { storefront: 5 },
    httpPort: 8080,
    tls: { disabled: true },
    serviceMemoryMiB: 160,
  });
  expect(service("storefront").mode).toEqual({ replicated: { replicas: 5 } });
  expect(service("catalog").mode).toEqual({ replicated: { replicas: 2 } });
  expect(service("storefront").taskSpec.containerSpec.env.STORE_NAME).toBe("Harbour");
  expect(service("catalog").taskSpec.containerSpec.env.CATALOG_SEED_PRODUCTS).toBe("500");
  expect(service("catalog").taskSpec.resources.limits.memoryBytes).toBe(160 * 1024 * 1024);
  expect(service("edge-balancer").endpointSpec.ports.map((port) => port.publishedPort)).toEqual([
    8080,
  ]);
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

test("databases stay in the first zone", async () => {
  const { service } = made;
  for (const name of ["products-db", "customers-db"]) {
    expect(service(name).taskSpec.placement.constraints).toEqual(["node.labels.zone==zone-1"]);
  }
});

test("it is ready when every part is", async () => {
  const { store } = made;
  expect(await promiseOf(store.ready)).toBe(true);
});

describe("a second up", () => {
  const inputs = ({ resources }: Recording) =>
    Object.fromEntries(resources.map((it) => [`${it.type} ${it.name}`, plain(it.inputs)]));

  test("changes nothing: the same inputs of every resource", async () => {
    expect(inputs((await makeStore()).recording)).toEqual(inputs(made.recording));
  });

  test("after one changed file touches that image and that service alone", async () => {
    const before = inputs(made.recording);
    const file = join(folder, "catalog", "main.js");
    writeFileSync(file, "start();");
    const after = inputs((await makeStore()).recording);
    rmSync(file);
    const differing = Object.keys(before).filter(
      (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
    );
    expect(differing.sort()).toEqual([
      "docker:index/registryImage:RegistryImage catalog-push",
      "docker:index/remoteImage:RemoteImage catalog-build",
      "docker:index/service:Service catalog",
    ]);
  });
});
