import { X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { EtcdCluster } from "../../components/data/etcd-cluster.ts";
import {
  PostgresCluster,
  type PostgresClusterArgs,
} from "../../components/data/postgres-cluster.ts";
import { promiseOf, type Recording, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";
import { refusalOf } from "./support/refusal.ts";

let recording: Recording;
beforeEach(async () => {
  recording = await recordResources();
});

const common = { image: "registry/postgres@sha256:1", networks: [] };

function make(args: Partial<PostgresClusterArgs> = {}, zones = ["a", "b", "c"]) {
  const orchestrator = new RecordingOrchestrator(zones);
  const etcd = new EtcdCluster("etcd", { ...common, orchestrator });
  const cluster = new PostgresCluster("db", {
    ...common,
    orchestrator,
    etcd,
    routerImage: "registry/haproxy@sha256:1",
    databases: ["accounts", "orders"],
    ...args,
  });
  const members = only(orchestrator.statefulSets.filter(({ name }) => name === "db"));
  const logins = only(orchestrator.statefulSets.filter(({ name }) => name === "db-logins"));
  const router = only(orchestrator.services);
  const secretOf = async (name: string) => {
    const { spec } = only(orchestrator.secrets.filter((secret) => secret.name === name));
    expect(await pulumi.isSecret(pulumi.output(spec.content))).toBe(true);
    return promiseOf(spec.content);
  };
  const configuration = () => JSON.parse(String(members.spec.environment?.CLUSTER_CONFIGURATION));
  return { cluster, orchestrator, members, logins, router, secretOf, configuration };
}

describe("restored from another cluster", () => {
  const backup = { environment: { BACKUP_HOST: "backup" }, secrets: [] };
  const restoredFrom = { cluster: "shard-1", time: "2026-11-24T22:00:00Z", backup };

  test("its members know of what and when, and it adds nothing to an archive", () => {
    const { members, configuration } = make({ restoredFrom });
    expect(members.spec.environment).toMatchObject({
      CLUSTER: "db",
      BACKUP_HOST: "backup",
      RESTORED_FROM: "shard-1",
      RESTORED_TO: "2026-11-24T22:00:00Z",
    });
    expect(configuration().postgresql.parameters.archive_command).toBe("/bin/true");
  });

  test("with backups of its own: the error names the argument", () => {
    expect(refusalOf(() => make({ restoredFrom, backup }))).toEqual({
      propertyPath: "backup",
      reason: expect.stringMatching(/db is restored from shard-1: leave out one of/),
    });
  });
});

describe("members", () => {
  test("three zones: one with a volume in each, and no port of a node", () => {
    const { cluster, members } = make();
    const { spec, parent } = members;
    expect(parent).toBe(cluster);
    expect(spec.members.map(({ name, zone }) => [name, zone])).toEqual([
      ["db-1", "a"],
      ["db-2", "b"],
      ["db-3", "c"],
    ]);
    expect(spec.members[1]?.environment).toEqual({ MEMBER: "db-2" });
    expect(spec.volumePath).toBe("/var/lib/postgresql/data");
    expect(spec.ports).toBeUndefined();
    expect(spec.user).toBe("999:999");
    // A primary hands over before it ends.
    expect(spec.stopGracePeriodSeconds).toBe(60);
  });

  test.each([
    { zones: [], count: 1 },
    { zones: ["a", "b"], count: 2 },
    { zones: ["a", "b", "c", "d"], count: 3 },
  ])("zones $zones: $count", ({ zones, count }) => {
    const { members, router } = make({}, zones);
    expect(members.spec.members).toHaveLength(count);
    expect(router.spec.replicas).toBe(Math.max(zones.length, 1));
  });

  test("know the cluster, its databases and where to elect", () => {
    const { CLUSTER_CONFIGURATION, ...environment } = make().members.spec.environment ?? {};
    expect(CLUSTER_CONFIGURATION).toBeDefined();
    expect(environment).toEqual({
      CLUSTER: "db",
      DATABASES: "accounts orders",
      ETCD_HOSTS: "etcd-1:2379,etcd-2:2379,etcd-3:2379",
    });
  });

  test("one with a big database has an hour for its first copy", () => {
    expect(make().members.spec.healthCheck).toMatchObject({ startPeriodSeconds: 3600 });
  });
});

describe("what can be chosen", () => {
  test("nothing said: synchronous, 512 MiB", () => {
    const { configuration, members } = make();
    expect(configuration()).toMatchObject({
      synchronous_mode: "quorum",
      synchronous_mode_strict: false,
      postgresql: { parameters: { shared_buffers: "128MB" } },
    });
    expect(members.spec.resources.memoryLimitMiB).toBe(512);
  });

  test("members, replication, memory, parameters and patience", () => {
    const { configuration, members, router } = make({
      members: 2,
      replication: "strict",
      memoryLimitMiB: 1024,
      parameters: { work_mem: "16MB", max_connections: 50, archive_command: "/bin/false" },
      rolloutTimeoutSeconds: 60,
    });
    expect(members.spec.members).toHaveLength(2);
    expect(configuration()).toMatchObject({
      synchronous_mode_strict: true,
      postgresql: {
        parameters: {
          shared_buffers: "256MB",
          work_mem: "16MB",
          max_connections: 50,
          archive_command: "/bin/false",
        },
      },
    });
    expect(members.spec.resources.memoryLimitMiB).toBe(1024);
    expect([members.spec, router.spec].map((spec) => spec.rolloutTimeoutSeconds)).toEqual([60, 60]);
  });
});

describe("the router", () => {
  test("goes by the cluster's name, in each zone, and leads to every member", async () => {
    const { cluster, orchestrator, router } = make();
    expect([cluster.host, cluster.port, cluster.standbyPort]).toEqual(["db", 5432, 5433]);
    expect(router.name).toBe("db");
    expect(router.parent).toBe(cluster);
    expect(router.spec).toMatchObject({ image: "registry/haproxy@sha256:1", replicas: 3 });
    expect(router.spec.ports).toBeUndefined();
    // It lets connections end before it does.
    expect(router.spec.stopGracePeriodSeconds).toBeGreaterThan(20);
    const config = await promiseOf(only(orchestrator.configFiles).spec.content);
    for (const member of ["db-1", "db-2", "db-3"]) expect(config).toContain(` ${member}:5432 `);
    expect(router.spec.configFiles?.map(({ path }) => path)).toEqual(["/etc/haproxy/haproxy.cfg"]);
  });

  test("has no secret: TLS goes through it to the member", () => {
    expect(make().router.spec.secrets).toBeUndefined();
  });
});

describe("who may sign in", () => {
  const passwordFiles = ({ secrets = [] }: { secrets?: { path: string }[] }) =>
    secrets.map(({ path }) => path).filter((path) => path.endsWith("-password"));
  const inSecrets = (names: string[]) => names.map((name) => `/run/secrets/${name}-password`);

  test("every role has a password of its own, as a file, and members have none of a login", async () => {
    const { members, logins, secretOf } = make();
    const owners = ["accounts", "orders", "replication", "rewind", "rest-api", "login-admin"];
    const passwords = await Promise.all(owners.map((owner) => secretOf(`db-${owner}-password`)));
    expect(new Set(passwords).size).toBe(owners.length);
    expect(passwordFiles(members.spec)).toEqual(inSecrets(owners.slice(2)));
    const roles = ["login-admin", "accounts_1", "orders_1"];
    expect(passwordFiles(logins.spec)).toEqual(inSecrets(roles));
    const environment = JSON.stringify([members.spec.environment, logins.spec.environment]);
    for (const password of passwords) expect(environment).not.toContain(password);
  });

  test("logins are made by a workload of its own, one at a time, at whichever is the primary", () => {
    const { cluster, logins } = make({ rolloutTimeoutSeconds: 60 });
    expect(logins.parent).toBe(cluster);
    expect(logins.spec).toMatchObject({
      command: ["database-logins"],
      members: [{ name: "db-logins" }],
      environment: {
        LOGINS: "accounts_1 orders_1",
        DATABASE_MEMBERS: "db-1 db-2 db-3",
        PGHOST: "db",
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: "/run/secrets/database-ca.pem",
      },
      user: "999:999",
      rolloutTimeoutSeconds: 60,
    });
    expect(logins.spec.volumePath).toBeUndefined();
    expect(logins.spec.ports).toBeUndefined();
  });

  test("of several versions the first is handed out, and all are let in", async () => {
    const { cluster, logins } = make({ versions: ["3", "2"] });
    expect(logins.spec.environment?.LOGINS).toBe("accounts_2 accounts_3 orders_2 orders_3");
    const { environment, secrets } = cluster.connection("orders");
    expect(environment.DATABASE_USER).toBe("orders_3");
    const ids = await Promise.all(secrets.map(({ secret }) => promiseOf(secret.id)));
    expect(ids).toEqual(["db-orders-password-3-id", "db-ca-id"]);
    const other = make({ versions: ["2", "3"] }).logins.spec;
    expect(other.environment).toEqual(logins.spec.environment);
    expect(passwordFiles(other)).toEqual(passwordFiles(logins.spec));
  });

  test("clients get the certificate without its key, made for all names that there can be", async () => {
    const { secretOf } = make();
    const authority = await secretOf("db-ca");
    expect(authority).not.toContain("PRIVATE KEY");
    expect(await secretOf("db-server")).toContain("PRIVATE KEY");
    const names = new X509Certificate(authority).subjectAltName?.split(", ");
    for (const name of ["db", "db-1", "db-5"]) expect(names).toContain(`DNS:${name}`);
  });

  test("a service gets what it needs to reach its own database and no other's password", async () => {
    const { environment, secrets } = make().cluster.connection("orders");
    expect(environment).toEqual({
      DATABASE_HOST: "db",
      DATABASE_PORT: "5432",
      DATABASE_STANDBY_PORT: "5433",
      DATABASE_NAME: "orders",
      DATABASE_USER: "orders_1",
      DATABASE_PASSWORD_FILE: "/run/secrets/database-password",
      DATABASE_CA_FILE: "/run/secrets/database-ca.pem",
    });
    expect(secrets.map(({ path }) => path)).toEqual([
      environment.DATABASE_PASSWORD_FILE,
      environment.DATABASE_CA_FILE,
    ]);
    const ids = await Promise.all(secrets.map(({ secret }) => promiseOf(secret.id)));
    expect(ids).toEqual(["db-orders-password-id", "db-ca-id"]);
  });

  test("an unknown database: the error names those that are there", () => {
    const { cluster } = make();
    expect(() => cluster.connection("payments")).toThrow(
      /no database "payments" on db: its databases are accounts, orders/,
    );
  });
});

test("it is ready when all members, the router and the logins are", async () => {
  expect(await promiseOf(make().cluster.ready.apply((parts) => parts.length))).toBe(5);
  await recording.settled();
  expect(recording.one("ha-store:index:PostgresCluster").outputs).toEqual({
    host: "db",
    port: 5432,
    standbyPort: 5433,
  });
});

describe("what can't be: the error names the argument, and nothing is made", () => {
  afterEach(() => expect(recording.ofType("ha-store:index:PostgresCluster")).toEqual([]));

  test.each([
    ["Orders"],
    ["1st"],
    ["my-orders"],
    [""],
    ["a b"],
    ["a".repeat(57)],
    // The name of a login of "accounts".
    ["accounts_2"],
    ["login_admin"],
    ["a;drop"],
    // Two secrets of the same name, else: Pulumi fails later, with a URN instead of the argument.
    ["accounts"],
    ["postgres"],
    ["replicator"],
    ["replication"],
    ["rewind"],
    ["rest-api"],
  ])("the database %j", (name) => {
    const refusal = refusalOf(() => make({ databases: ["accounts", name] }));
    expect(refusal.propertyPath).toBe("databases");
    expect(refusal.reason).toContain(`has "${name}": give at least one name`);
  });

  test.each<[string[], RegExp]>([
    [[], /^is empty: give the version that is used/],
    [["2", "2"], /^has "2" twice/],
    [["3", "2", "1"], /^has 3 versions: give the one that is used and at most one more/],
    [["2026-11"], /^has "2026-11": give whole numbers/],
    [["01"], /^has "01": give whole numbers/],
  ])("the versions %j", (versions, reason) => {
    expect(refusalOf(() => make({ versions }))).toEqual({
      propertyPath: "versions",
      reason: expect.stringMatching(reason),
    });
  });

  test("no database", () => {
    expect(refusalOf(() => make({ databases: [] })).propertyPath).toBe("databases");
  });

  test("a single member whose writes would wait for ever", () => {
    expect(refusalOf(() => make({ replication: "strict" }, []))).toEqual({
      propertyPath: "replication",
      reason: expect.stringMatching(
        /^is "strict", but db has 1 member.*give "synchronous", or zones/,
      ),
    });
  });

  test("more members than zones", () => {
    expect(refusalOf(() => make({ members: 4 }))).toEqual({
      propertyPath: "members",
      reason: "is 4: each member needs a zone of its own; give a whole number from 1 to 3",
    });
  });
});
