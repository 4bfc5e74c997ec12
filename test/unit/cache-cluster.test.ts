import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { CacheCluster, type CacheClusterArgs } from "../../components/data/cache-cluster.ts";
import type { StatefulSetSpec } from "../../components/orchestrator/specs.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { RecordingOrchestrator } from "./support/recording-orchestrator.ts";
import { refusalOf } from "./support/refusal.ts";

beforeEach(() => recordResources());

function make(args: Partial<CacheClusterArgs> = {}, zones = ["a", "b", "c"]) {
  const orchestrator = new RecordingOrchestrator(zones);
  const base = { orchestrator, image: "valkey@sha256:1", networks: [] };
  const cache = new CacheCluster("cache", { ...base, ...args });
  const [members, sentinels] = orchestrator.statefulSets.map(({ spec }) => spec);
  if (!members || !sentinels) throw new Error("members and Sentinels were expected");
  return { cache, orchestrator, members, sentinels };
}

const placement = ({ members }: StatefulSetSpec) => members.map(({ name, zone }) => [name, zone]);

test("three zones: a member and a Sentinel in each, and nothing on disk", () => {
  const { cache, orchestrator, members, sentinels } = make();
  expect(placement(members)).toEqual([
    ["cache-1", "a"],
    ["cache-2", "b"],
    ["cache-3", "c"],
  ]);
  expect(placement(sentinels)).toEqual([
    ["cache-sentinel-1", "a"],
    ["cache-sentinel-2", "b"],
    ["cache-sentinel-3", "c"],
  ]);
  for (const spec of [members, sentinels]) {
    expect(spec.volumePath).toBeUndefined();
    expect(spec.ports).toBeUndefined();
    expect(spec.healthCheck).toBeDefined();
  }
  expect(orchestrator.statefulSets.map(({ parent }) => parent)).toEqual([cache, cache]);
});

test.each([
  { zones: [], members: 1, sentinels: 1 },
  { zones: ["a"], members: 1, sentinels: 1 },
  { zones: ["a", "b"], members: 2, sentinels: 3 },
  { zones: ["a", "b", "c", "d"], members: 3, sentinels: 3 },
])("zones $zones: $members members, $sentinels Sentinels", ({ zones, ...wanted }) => {
  const made = make({}, zones);
  expect(made.members.members).toHaveLength(wanted.members);
  expect(made.sentinels.members).toHaveLength(wanted.sentinels);
  expect(made.members.members[0]?.zone).toBe(zones[0]);
});

test("everyone is told all addresses and its own", () => {
  const { members, sentinels } = make();
  const all = {
    CACHE_NAME: "cache",
    CACHE_MEMBERS: "cache-1:6379 cache-2:6379 cache-3:6379",
    CACHE_SENTINELS: "cache-sentinel-1:26379 cache-sentinel-2:26379 cache-sentinel-3:26379",
  };
  expect(members.environment).toEqual(all);
  expect(sentinels.environment).toEqual({ ...all, CACHE_DOWN_AFTER_MS: "2000" });
  expect(members.members[1]?.environment).toEqual({ CACHE_SELF: "cache-2:6379" });
  expect(sentinels.members[2]?.environment).toEqual({ CACHE_SELF: "cache-sentinel-3:26379" });
});

test("64 MiB, the least recently used goes first, and room to be filled anew", () => {
  const { members } = make();
  const command = ["cache-member", "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"];
  expect(members.command).toEqual(command);
  expect(members.resources.memoryLimitMiB).toBe(192);
});

test("size, policy and patience can be chosen", () => {
  const { members, sentinels } = make({
    maxMemoryMiB: 100,
    maxMemoryPolicy: "allkeys-lfu",
    downAfterSeconds: 3.5,
  });
  expect(members.command?.slice(1)).toEqual([
    "--maxmemory",
    "100mb",
    "--maxmemory-policy",
    "allkeys-lfu",
  ]);
  expect(members.resources.memoryLimitMiB).toBe(264);
  expect(sentinels.environment?.CACHE_DOWN_AFTER_MS).toBe("3500");
});

describe("users", () => {
  const contentOf = async (orchestrator: RecordingOrchestrator, name: string) => {
    const secret = orchestrator.secrets.find((it) => it.name === name);
    if (!secret) throw new Error(`no secret ${name}`);
    expect(await pulumi.isSecret(pulumi.output(secret.spec.content))).toBe(true);
    return await promiseOf(secret.spec.content);
  };

  test("may do only their task, and their passwords are hashed", async () => {
    const { orchestrator } = make();
    const members = await contentOf(orchestrator, "cache-member-users");
    const sentinels = await contentOf(orchestrator, "cache-sentinel-users");
    const password = await contentOf(orchestrator, "cache-password");
    const hash = createHash("sha256").update(password).digest("hex");
    expect(members).toContain(
      `user client on #${hash} resetchannels ~* -@all +ping +get +set +unlink\n`,
    );
    expect(sentinels).toContain(
      `user client on #${hash} resetchannels -@all +ping +sentinel|get-master-addr-by-name\n`,
    );
    for (const file of [members, sentinels]) {
      expect(file).toContain("user default off resetpass resetchannels -@all\n");
      expect(file).not.toContain(password);
    }
    expect(sentinels).not.toContain("user replica");
  });

  test("applications have several passwords while theirs is rotated, and use the first", async () => {
    const { cache, orchestrator } = make({ versions: ["2", "1"] });
    const passwords = ["cache-password", "cache-password-2"].map(async (name) => {
      const content = await contentOf(orchestrator, name);
      return `#${createHash("sha256").update(content).digest("hex")}`;
    });
    const client = `user client on ${(await Promise.all(passwords)).join(" ")} resetchannels`;
    for (const kind of ["member", "sentinel"]) {
      expect(await contentOf(orchestrator, `cache-${kind}-users`)).toContain(client);
    }
    const [mount] = cache.connection().secrets;
    expect(await promiseOf(mount?.secret.id ?? "")).toBe("cache-password-2-id");
    // The other way round members have the same file, and none restarts.
    const before = make({ versions: ["1", "2"] }).orchestrator;
    expect(await contentOf(before, "cache-member-users")).toContain(client);
  });

  test("no version: the error names the argument", () => {
    expect(refusalOf(() => make({ versions: [] })).propertyPath).toBe("versions");
  });

  test("may do more where it is asked for", async () => {
    const { orchestrator } = make({ clientCommands: ["get", "client|list"] });
    const members = await contentOf(orchestrator, "cache-member-users");
    expect(members).toContain("~* -@all +ping +get +client|list\n");
  });

  test("a command that would say something else in the file is refused", () => {
    expect(() => make({ clientCommands: ["get", "get +@all"] })).toThrow(/"get \+@all"/);
  });
});

test("each mounts the passwords that it needs, and none is in the environment", async () => {
  const { cache, orchestrator, members, sentinels } = make();
  const paths = ({ secrets = [] }: StatefulSetSpec) => secrets.map(({ path }) => path).sort();
  expect(paths(members)).toEqual([
    "/run/secrets/member-users.acl",
    "/run/secrets/replica-password",
    "/run/secrets/sentinel-password",
  ]);
  expect(paths(sentinels)).toEqual([
    "/run/secrets/sentinel-password",
    "/run/secrets/sentinel-users.acl",
  ]);
  const { environment, secrets } = cache.connection();
  expect(environment).toEqual({
    CACHE_SENTINELS: "cache-sentinel-1:26379,cache-sentinel-2:26379,cache-sentinel-3:26379",
    CACHE_NAME: "cache",
    CACHE_USERNAME: "client",
    CACHE_PASSWORD_FILE: "/run/secrets/cache-password",
    CACHE_SENTINEL_USERNAME: "client",
    CACHE_SENTINEL_PASSWORD_FILE: "/run/secrets/cache-password",
  });
  expect(secrets.map(({ path }) => path)).toEqual(["/run/secrets/cache-password"]);
  expect(orchestrator.secrets.map(({ name }) => name).sort()).toEqual([
    "cache-member-users",
    "cache-password",
    "cache-replica-password",
    "cache-sentinel-password",
    "cache-sentinel-users",
  ]);
});

test("it is ready when all of it is", async () => {
  expect(await promiseOf(make().cache.ready.apply((parts) => parts.length))).toBe(6);
});

test("members can be fewer, but each needs a zone", () => {
  const { members, sentinels } = make({ members: 2 });
  expect(members.members).toHaveLength(2);
  expect(sentinels.members.map(({ zone }) => zone)).toEqual(["a", "b", "a"]);
  expect(() => make({ members: 4 })).toThrow(/from 1 to 3/);
});
