import { EtcdCluster } from "../../components/data/etcd-cluster.ts";
import { PostgresCluster } from "../../components/data/postgres-cluster.ts";
import { ShardedDatabase } from "../../components/data/sharded-database.ts";
import { promiseOf, type Recording, recordResources } from "../support/pulumi-mocks.ts";
import { RecordingOrchestrator } from "./support/recording-orchestrator.ts";
import { refusalOf } from "./support/refusal.ts";

let orchestrator: RecordingOrchestrator;
let recording: Recording;
beforeEach(async () => {
  recording = await recordResources();
  orchestrator = new RecordingOrchestrator(["zone-1"]);
});

function clusters(...names: string[]): PostgresCluster[] {
  const common = { orchestrator, image: "registry/postgres@sha256:1", networks: [] };
  const etcd = new EtcdCluster("etcd", common);
  return names.map(
    (name) =>
      new PostgresCluster(name, {
        ...common,
        routerImage: "registry/haproxy@sha256:1",
        etcd,
        databases: ["accounts", "orders"],
      }),
  );
}

test("a service gets all shards as one list, with each shard's files beside the others'", async () => {
  const database = new ShardedDatabase("customers", { clusters: clusters("shard-1", "shard-2") });
  const { environment, secrets } = database.connection("orders");
  expect(Object.keys(environment)).toEqual(["DATABASE_SHARDS"]);
  const list = JSON.parse(await promiseOf(environment.DATABASE_SHARDS ?? ""));
  expect(list).toEqual(
    ["shard-1", "shard-2"].map((name) => ({
      name,
      host: name,
      port: 5432,
      database: "orders",
      user: "orders_1",
      passwordFile: `/run/secrets/${name}-password`,
      caFile: `/run/secrets/${name}-ca`,
    })),
  );
  expect(secrets.map((mount) => mount.path)).toEqual([
    "/run/secrets/shard-1-password",
    "/run/secrets/shard-1-ca",
    "/run/secrets/shard-2-password",
    "/run/secrets/shard-2-ca",
  ]);
  const names = await Promise.all(secrets.map((mount) => promiseOf(mount.secret.id)));
  expect(names).toEqual([
    "shard-1-orders-password-id",
    "shard-1-ca-id",
    "shard-2-orders-password-id",
    "shard-2-ca-id",
  ]);
});

test("a service that is given a shard more waits for what makes its logins, on every shard", async () => {
  const database = new ShardedDatabase("customers", { clusters: clusters("shard-1", "shard-2") });
  const awaited = await promiseOf(database.connection("orders").rollOutAfter);
  expect(awaited).toEqual(["shard-1-logins started", "shard-2-logins started"]);
});

test("it is ready when all members of all clusters are", async () => {
  const database = new ShardedDatabase("customers", { clusters: clusters("shard-1", "shard-2") });
  expect(database.shards).toEqual(["shard-1", "shard-2"]);
  // A member, a router and logins each.
  expect(await promiseOf(database.ready)).toHaveLength(6);
  await recording.settled();
  expect(recording.one("ha-store:index:ShardedDatabase").outputs).toEqual({
    shards: ["shard-1", "shard-2"],
  });
});

test("no cluster, or one twice: the error names the argument", () => {
  const [one] = clusters("shard-1");
  const make = (list: PostgresCluster[]) => () => new ShardedDatabase("x", { clusters: list });
  expect(refusalOf(make([]))).toEqual({
    propertyPath: "clusters",
    reason: "is empty: give at least one",
  });
  expect(refusalOf(make(one ? [one, one] : []))).toEqual({
    propertyPath: "clusters",
    reason: "has shard-1 twice: give each cluster once",
  });
});
