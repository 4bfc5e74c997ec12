import * as pulumi from "@pulumi/pulumi";
import { Cache, type CacheArgs } from "../../components/data/cache.ts";
import { promiseOf, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";

let orchestrator: RecordingOrchestrator;
beforeEach(async () => {
  await recordResources();
  orchestrator = new RecordingOrchestrator();
});

const make = (args: Partial<CacheArgs> = {}) =>
  new Cache("cache", { orchestrator, image: "valkey@sha256:1", networks: [], ...args });

test("64 MiB, the least recently used goes first, and the container gets half as much again", () => {
  const cache = make();
  const { spec, parent } = only(orchestrator.services);
  expect(parent).toBe(cache);
  expect(spec.command).toEqual(["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"]);
  expect(spec.resources.memoryLimitMiB).toBe(96);
  expect(spec.ports).toBeUndefined();
  expect(cache.host).toBe("cache");
});

test("size and policy can be chosen", () => {
  make({ maxMemoryMiB: 101, maxMemoryPolicy: "allkeys-lfu" });
  const { spec } = only(orchestrator.services);
  expect(spec.command).toEqual(["--maxmemory", "101mb", "--maxmemory-policy", "allkeys-lfu"]);
  expect(spec.resources.memoryLimitMiB).toBe(152);
});

test("the password is asked for, and reaches server and client only as files", async () => {
  const cache = make();
  const { environment, secrets } = cache.connection();
  const users = orchestrator.secrets.find(({ name }) => name === "cache-users");
  const password = orchestrator.secrets.find(({ name }) => name === "cache-password");
  if (!users || !password) throw new Error("two secrets were expected");
  const value = await promiseOf(password.spec.content);
  expect(await promiseOf(users.spec.content)).toBe(`user default on >${value} ~* &* +@all\n`);
  expect(await pulumi.isSecret(pulumi.output(users.spec.content))).toBe(true);
  expect(only(orchestrator.services).spec.environment).toBeUndefined();
  expect(environment).toEqual({
    CACHE_HOST: "cache",
    CACHE_PORT: "6379",
    CACHE_PASSWORD_FILE: "/run/secrets/cache-password",
  });
  expect(secrets.map((mount) => mount.path)).toEqual([environment.CACHE_PASSWORD_FILE]);
});
