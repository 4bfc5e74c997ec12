import * as pulumi from "@pulumi/pulumi";
import { StoreData, type StoreDataOptions } from "../../components/store/store-data.ts";
import { promiseOf, type Recording, recordResources } from "../support/pulumi-mocks.ts";
import { RecordingOrchestrator } from "./support/recording-orchestrator.ts";
import { refusalOf } from "./support/refusal.ts";

let recording: Recording;
beforeEach(async () => {
  recording = await recordResources();
});

const image = (name: string) => `registry/${name}@sha256:1`;
const network = { id: pulumi.output("data-network") };

function make(options: StoreDataOptions = {}, zones = ["a", "b", "c"]) {
  const orchestrator = new RecordingOrchestrator(zones);
  const images = {
    storefront: image("storefront"),
    catalog: image("catalog"),
    accounts: image("accounts"),
    orders: image("orders"),
    etcd: image("etcd"),
    postgres: image("postgres"),
    valkey: image("valkey"),
    haproxy: image("haproxy"),
  };
  const data = new StoreData("data", { orchestrator, images, network, ...options });
  const sets = new Map(orchestrator.statefulSets.map(({ name, spec }) => [name, spec]));
  const setOf = (name: string) => {
    const spec = sets.get(name);
    if (!spec) throw new Error(`there is no ${name}; there are ${[...sets.keys()].join(", ")}`);
    return spec;
  };
  const configurationOf = (name: string) =>
    JSON.parse(String(setOf(name).environment?.CLUSTER_CONFIGURATION));
  return { data, orchestrator, sets, setOf, configurationOf };
}

test("etcd, the catalogue's cluster, one shard, the cache and backups, all on one network", () => {
  const { orchestrator, sets } = make();
  expect([...sets.keys()].sort()).toEqual(
    [
      "backup",
      "cache",
      "cache-sentinel",
      "etcd",
      "products-db",
      "products-db-logins",
      "shard-1",
      "shard-1-logins",
    ].sort(),
  );
  const { statefulSets, services } = orchestrator;
  expect(services.map(({ name }) => name).sort()).toEqual(["products-db", "shard-1"]);
  for (const { spec } of [...statefulSets, ...services]) expect(spec.networks).toEqual([network]);
});

test("each runs its own image", () => {
  const { orchestrator } = make();
  const { statefulSets, services } = orchestrator;
  const images = [...statefulSets, ...services].map(({ name, spec }) => [name, spec.image]);
  expect(images).toEqual(
    expect.arrayContaining([
      ["etcd", image("etcd")],
      ["products-db", image("postgres")],
      ["backup", image("postgres")],
      ["products-db", image("haproxy")],
      ["cache", image("valkey")],
      ["cache-sentinel", image("valkey")],
    ]),
  );
});

test("the catalogue stands alone; accounts and orders are on every shard", async () => {
  const { data, setOf } = make({ shards: 3 });
  expect(setOf("products-db").environment?.DATABASES).toBe("catalog");
  for (const shard of ["shard-1", "shard-2", "shard-3"]) {
    expect(setOf(shard).environment?.DATABASES).toBe("accounts orders");
  }
  expect(data.customers.shards).toEqual(["shard-1", "shard-2", "shard-3"]);
  expect(data.products.connection("catalog").environment.DATABASE_HOST).toBe("products-db");
  const { DATABASE_SHARDS = "" } = data.customers.connection("orders").environment;
  const list = JSON.parse(await promiseOf(DATABASE_SHARDS)) as { name: string }[];
  expect(list.map(({ name }) => name)).toEqual(data.customers.shards);
});

test("what is chosen reaches every cluster", () => {
  const { setOf, configurationOf } = make({
    shards: 2,
    replication: "strict",
    databaseMemoryMiB: 1024,
    cacheMemoryMiB: 32,
    rolloutTimeoutSeconds: 77,
  });
  for (const name of ["products-db", "shard-1", "shard-2"]) {
    expect(configurationOf(name)).toMatchObject({ synchronous_mode_strict: true });
    expect(setOf(name).resources.memoryLimitMiB).toBe(1024);
  }
  expect(setOf("cache").command).toContain("32mb");
  for (const name of ["etcd", "products-db", "shard-2", "cache", "cache-sentinel", "backup"]) {
    expect([name, setOf(name).rolloutTimeoutSeconds]).toEqual([name, 77]);
  }
});

test("nothing said: commits wait for a standby where there is one", () => {
  expect(make().configurationOf("shard-1")).toMatchObject({
    synchronous_mode: "quorum",
    synchronous_mode_strict: false,
  });
});

describe("backups", () => {
  test("are of every cluster, in the last zone, by the schedule", () => {
    const { setOf } = make({
      shards: 2,
      backupSchedule: ["full 0 3 * * *"],
      backupRetention: 5,
    });
    const { environment, members } = setOf("backup");
    expect(members).toEqual([{ name: "backup", zone: "c" }]);
    expect(Object.keys(JSON.parse(String(environment?.BACKUP_CLUSTERS)))).toEqual([
      "products-db",
      "shard-1",
      "shard-2",
    ]);
    expect(JSON.parse(String(environment?.BACKUP_SCHEDULE))).toEqual({ full: "0 3 * * *" });
    expect(environment?.BACKUP_RETENTION).toBe("5");
    for (const name of ["products-db", "shard-1", "shard-2"]) {
      expect(setOf(name).environment?.BACKUP_HOST).toBe("backup");
    }
  });

  test("can be left out", () => {
    const { sets, setOf } = make({ backup: "off" });
    expect(sets.has("backup")).toBe(false);
    expect(setOf("products-db").environment?.BACKUP_HOST).toBeUndefined();
  });
});

test("a cluster restored from another's backups stands beside it, with one member", async () => {
  const restored = { name: "shard-1-old", cluster: "shard-1", time: "2026-11-24T22:00:00Z" };
  const { data, setOf } = make({ restoredClusters: [restored] });
  const { environment, members, rolloutTimeoutSeconds } = setOf("shard-1-old");
  expect(environment).toMatchObject({ RESTORED_FROM: "shard-1", DATABASES: "accounts orders" });
  expect(members.map(({ name }) => name)).toEqual(["shard-1-old-1"]);
  expect(rolloutTimeoutSeconds).toBe(3600);
  expect(data.customers.shards).toEqual(["shard-1"]);
});

test("passwords' versions reach every cluster, copies too, and the cache", () => {
  const restored = { name: "shard-1-old", cluster: "shard-1", time: "2026-11-24T22:00:00Z" };
  const { data, orchestrator, setOf } = make({
    secretVersions: { databases: ["2", "1"], cache: ["4"] },
    restoredClusters: [restored],
  });
  for (const name of ["shard-1-logins", "shard-1-old-logins"]) {
    expect(setOf(name).environment?.LOGINS).toBe("accounts_1 accounts_2 orders_1 orders_2");
  }
  expect(data.products.connection("catalog").environment.DATABASE_USER).toBe("catalog_2");
  expect(orchestrator.secrets.map(({ name }) => name)).toContain("cache-password-4");
});

test.each(["cache", "databases"])("no version of %s: the error names the argument", (secret) => {
  expect(refusalOf(() => make({ secretVersions: { [secret]: [] } }))).toEqual({
    propertyPath: `secretVersions.${secret}`,
    reason: expect.stringMatching(/^is empty/),
  });
  expect(recording.ofType("ha-store:index:StoreData")).toEqual([]);
});

test("one zone: one of each, and it is the whole store's data", () => {
  const { sets } = make({}, ["a"]);
  for (const [name, { members }] of sets) expect([name, members.length]).toEqual([name, 1]);
});

test("it is ready when every part is", async () => {
  expect(await promiseOf(make({ shards: 2 }).data.ready)).toBe(true);
});

test("all of it hangs below it", async () => {
  make();
  await recording.settled();
  const parts = recording.resources.filter(({ parent }) => parent === "data");
  expect(parts.map(({ name }) => name).sort()).toEqual(
    ["backup", "cache", "customers", "etcd", "products-db", "shard-1"].sort(),
  );
});

test.each([0, -1, 1.5])(
  "%d shards: the error names the argument, and nothing is made",
  (shards) => {
    expect(refusalOf(() => make({ shards }))).toEqual({
      propertyPath: "shards",
      reason: `is ${shards}: accounts and orders need at least 1 shard; give a whole number from 1`,
    });
    expect(recording.ofType("ha-store:index:StoreData")).toEqual([]);
  },
);
