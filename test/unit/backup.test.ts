import * as pulumi from "@pulumi/pulumi";
import { backupBefore, checkArchived, parseTime } from "../../cli/restore/request.ts";
import { Backup, type BackupArgs } from "../../components/data/backup.ts";
import { isScheduleEntry } from "../../components/data/backup-schedule.ts";
import { EtcdCluster } from "../../components/data/etcd-cluster.ts";
import { PostgresCluster } from "../../components/data/postgres-cluster.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { RecordingOrchestrator } from "./support/recording-orchestrator.ts";

beforeEach(() => recordResources());

const common = { image: "postgres@sha256:1", networks: [] };

function make(args: Partial<BackupArgs> = {}, zones = ["a", "b", "c"]) {
  const orchestrator = new RecordingOrchestrator(zones);
  const clusters = [{ name: "products-db" }, { name: "shard-1", members: 1 }];
  const backup = new Backup("backup", { ...common, orchestrator, clusters, ...args });
  const [set] = orchestrator.statefulSets;
  if (!set) throw new Error("a repository host was expected");
  const secretOf = (name: string) => {
    const found = orchestrator.secrets.find((secret) => secret.name === name);
    if (!found) throw new Error(`there is no secret ${name}`);
    return promiseOf(found.spec.content);
  };
  return { backup, orchestrator, spec: set.spec, secretOf };
}

describe("the repository's host", () => {
  test("one member with a volume in the last zone", () => {
    expect(make().spec.members).toEqual([{ name: "backup", zone: "c" }]);
    expect(make({}, []).spec.members).toEqual([{ name: "backup", zone: undefined }]);
    expect(make({ zone: "b" }).spec.members).toEqual([{ name: "backup", zone: "b" }]);
    expect(make().spec.volumePath).toBe("/var/lib/pgbackrest");
  });

  test("knows every member of every cluster, when to back up, and what to keep", () => {
    expect(make().spec.environment).toEqual({
      BACKUP_CLUSTERS: JSON.stringify({
        "products-db": ["products-db-1", "products-db-2", "products-db-3"],
        "shard-1": ["shard-1-1"],
      }),
      BACKUP_SCHEDULE: JSON.stringify({
        full: "0 1 * * 0",
        diff: "0 1 * * 1-6",
        incr: "0 * * * *",
      }),
      BACKUP_RETENTION: "2",
    });
  });

  test("a bucket's keys are files, and in no environment", async () => {
    const s3 = { bucket: "b", endpoint: "s3.example", region: "r", keyId: "id", keySecret: "key" };
    const { spec, secretOf } = make({ s3 });
    const environment = spec.environment ?? {};
    expect(JSON.parse(String(environment.BACKUP_S3))).toEqual({
      bucket: "b",
      endpoint: "s3.example",
      region: "r",
    });
    expect(await secretOf("backup-s3-key-secret")).toBe("key");
    expect(spec.secrets?.map(({ path }) => path)).toContain("/run/secrets/backup-s3-key-secret");
  });

  test("trusts the clusters' certificates, and holds no key of theirs", async () => {
    const { secretOf, spec } = make();
    const trusted = await secretOf("backup-clients");
    expect(trusted.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(trusted).not.toContain("PRIVATE KEY");
    const [certificate = ""] = (await secretOf("backup-shard-1")).split("-----BEGIN EC");
    expect(trusted).toContain(certificate.trim());
    expect(spec.secrets?.map(({ path }) => path)).toEqual([
      "/run/secrets/backup.pem",
      "/run/secrets/backup-clients.pem",
      "/run/secrets/backup-cipher",
    ]);
  });
});

describe("a cluster", () => {
  const cluster = (name: string, withBackup: boolean) => {
    const { backup, orchestrator } = make();
    const etcd = new EtcdCluster("etcd", { ...common, orchestrator });
    new PostgresCluster(name, {
      ...common,
      orchestrator,
      routerImage: "haproxy@sha256:1",
      etcd,
      databases: ["catalog"],
      backup: withBackup ? backup.target(name) : undefined,
    });
    const set = orchestrator.statefulSets.find((one) => one.name === name);
    if (!set) throw new Error(`members of ${name} were expected`);
    const { CLUSTER_CONFIGURATION, ...environment } = set.spec.environment ?? {};
    const { parameters } = JSON.parse(String(CLUSTER_CONFIGURATION)).postgresql;
    return { environment, parameters, paths: set.spec.secrets?.map(({ path }) => path) };
  };

  test("with a backup archives to the repository", () => {
    const { environment, parameters, paths } = cluster("products-db", true);
    expect(environment).toMatchObject({ BACKUP_HOST: "backup", BACKUP_QUEUE_MIB: "1024" });
    expect(parameters).toMatchObject({ archive_mode: "on", archive_timeout: "60s" });
    expect(parameters.archive_command).toMatch(
      /^pgbackrest .*--stanza=products-db archive-push %p$/,
    );
    expect(paths).toEqual(
      expect.arrayContaining(["/run/secrets/backup-client.pem", "/run/secrets/backup-ca.pem"]),
    );
  });

  test("without one can get one by a reload alone", () => {
    const { environment, parameters } = cluster("products-db", false);
    expect(parameters).toMatchObject({ archive_mode: "on", archive_command: "/bin/true" });
    expect(environment.BACKUP_HOST).toBeUndefined();
  });

  test("that the repository does not know gets no target", () => {
    expect(() => make().backup.target("shard-9")).toThrow(
      'backup knows no cluster "shard-9": its clusters are products-db, shard-1',
    );
  });
});

describe("what can't be", () => {
  test.each<[string, Partial<BackupArgs>, RegExp]>([
    ["clusters", { clusters: [] }, /at least one/],
    ["schedule", { schedule: ["full daily"] }, /"full daily": write a kind and a cron expression/],
    ["schedule", { schedule: ["full 0 1 * * 0", "full 0 2 * * 0"] }, /each kind once/],
    ["schedule", { schedule: ["incr 0 * * * *"] }, /no full backup/],
    ["retention", { retention: 0 }, /1 or more/],
  ])("%s: %j", (propertyPath, args, reason) => {
    try {
      make(args);
    } catch (error) {
      expect(error).toBeInstanceOf(pulumi.InputPropertyError);
      const { propertyPath: path, reason: said } = error as pulumi.InputPropertyError;
      expect(path).toBe(propertyPath);
      expect(said).toMatch(reason);
      return;
    }
    throw new Error("it was accepted");
  });

  test.each([
    ["full 0 1 * * 0", true],
    ["diff */15 0-6,22 1-7 * 1-5", true],
    ["incr 5/20 * * * *", true],
    ["incremental 0 * * * *", false],
    ["full 60 1 * * 0", false],
    ["full 0 1 * *", false],
    ["full 0 1 * * SUN", false],
    ["full 7-3 1 * * 0", false],
    ["full */0 1 * * 0", false],
  ])("schedule %j: %s", (entry, good) => expect(isScheduleEntry(entry)).toBe(good));
});

describe("a time to restore to", () => {
  const seconds = (text: string) => Date.parse(text) / 1000;
  const backup = (label: string, stop: string) => ({
    label,
    type: "full" as const,
    start: seconds(stop) - 60,
    stop: seconds(stop),
    bytes: 1,
    storedBytes: 1,
  });
  const stored = {
    cluster: "shard-1",
    message: "ok",
    backups: [backup("first", "2026-01-01T01:00:00Z"), backup("second", "2026-01-02T01:00:00Z")],
    archivedUntil: seconds("2026-01-02T05:00:00Z"),
  };

  test.each([
    ["2026-01-02 03:04:05+00", "2026-01-02T03:04:05.000Z"],
    ["2026-01-02 03:04+02", "2026-01-02T01:04:00.000Z"],
    ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"],
    ["2026-01-02 03:04:05 +0530", "2026-01-01T21:34:05.000Z"],
  ])("%s", (text, time) => expect(parseTime(text).toISOString()).toBe(time));

  test.each(["yesterday", "2026-01-02", "2026-01-02 03:04:05", "2026-13-02 03:04:05+00"])(
    "%s is none",
    (text) => expect(() => parseTime(text)).toThrow(/is no time: give day, time and zone/),
  );

  test("must not lie ahead", () => {
    expect(() => parseTime("2999-01-01 00:00:00+00")).toThrow(/lies ahead/);
  });

  test("the last backup that was complete by then is used", () => {
    expect(backupBefore(stored, new Date("2026-01-02T00:00:00Z")).label).toBe("first");
    expect(backupBefore(stored, new Date("2026-01-02T04:00:00Z")).label).toBe("second");
    expect(() => backupBefore(stored, new Date("2026-01-01T00:59:00Z"))).toThrow(
      "its oldest backup is of 2026-01-01 01:00:00+00",
    );
    expect(() => backupBefore({ ...stored, backups: [] }, new Date())).toThrow(/no backup/);
  });

  test("changes until then have to be in the archive", () => {
    checkArchived(stored, new Date("2026-01-02T05:00:00Z"));
    expect(() => checkArchived(stored, new Date("2026-01-02T05:00:01Z"))).toThrow(
      "its archive ends at 2026-01-02 05:00:00+00; give an earlier time",
    );
  });
});
