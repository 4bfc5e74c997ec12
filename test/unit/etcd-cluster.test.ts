import { X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { EtcdCluster, type EtcdClusterArgs } from "../../components/data/etcd-cluster.ts";
import { promiseOf, type Recording, recordResources } from "../support/pulumi-mocks.ts";
import { only, RecordingOrchestrator } from "./support/recording-orchestrator.ts";
import { refusalOf } from "./support/refusal.ts";

let recording: Recording;
beforeEach(async () => {
  recording = await recordResources();
});

function make(args: Partial<EtcdClusterArgs> = {}, zones = ["a", "b", "c"]) {
  const orchestrator = new RecordingOrchestrator(zones);
  const etcd = new EtcdCluster("etcd", {
    orchestrator,
    image: "registry/etcd@sha256:1",
    networks: [],
    ...args,
  });
  const { spec, parent } = only(orchestrator.statefulSets);
  return { etcd, orchestrator, spec, parent };
}

test("three zones: a member with a volume in each, and no port of a node", () => {
  const { etcd, spec, parent } = make();
  expect(parent).toBe(etcd);
  expect(spec.members.map(({ name, zone }) => [name, zone])).toEqual([
    ["etcd-1", "a"],
    ["etcd-2", "b"],
    ["etcd-3", "c"],
  ]);
  expect(spec.volumePath).toBe("/var/lib/etcd");
  expect(spec.ports).toBeUndefined();
  expect(spec.healthCheck?.command).toEqual(["healthcheck"]);
});

// Two members survive no loss, as one does, and either's stops both.
test.each([
  { zones: [], members: 1 },
  { zones: ["a"], members: 1 },
  { zones: ["a", "b"], members: 1 },
  { zones: ["a", "b", "c", "d", "e"], members: 3 },
])("zones $zones: $members", ({ zones, members }) => {
  expect(make({}, zones).spec.members).toHaveLength(members);
});

test("every member knows all, and who it is", () => {
  const { spec } = make();
  expect(spec.environment).toEqual({ MEMBERS: "etcd-1 etcd-2 etcd-3" });
  expect(spec.members.map(({ environment }) => environment)).toEqual([
    { MEMBER: "etcd-1" },
    { MEMBER: "etcd-2" },
    { MEMBER: "etcd-3" },
  ]);
});

test("number of members, limit and patience can be chosen", () => {
  const five = ["a", "b", "c", "d", "e"];
  const { spec } = make({ members: 5, memoryLimitMiB: 128, rolloutTimeoutSeconds: 60 }, five);
  expect(spec.members).toHaveLength(5);
  expect(spec.resources.memoryLimitMiB).toBe(128);
  expect(spec.rolloutTimeoutSeconds).toBe(60);
  expect(make().spec.resources.memoryLimitMiB).toBe(256);
});

test("clients get a certificate of their own, and the server's without its key", async () => {
  const { etcd, orchestrator, spec } = make();
  const contentOf = async (name: string) => {
    const found = orchestrator.secrets.find((secret) => secret.name === name);
    if (!found) throw new Error(`there is no secret ${name}`);
    expect(await pulumi.isSecret(pulumi.output(found.spec.content))).toBe(true);
    return promiseOf(found.spec.content);
  };
  const { environment, secrets } = etcd.connection();
  expect(environment).toEqual({ ETCD_HOSTS: "etcd-1:2379,etcd-2:2379,etcd-3:2379" });
  const mounts = await Promise.all(
    secrets.map(async ({ secret, path }) => [await promiseOf(secret.id), path]),
  );
  expect(mounts).toEqual([
    ["etcd-ca-id", "/run/secrets/etcd-ca.pem"],
    ["etcd-client-id", "/run/secrets/etcd-client.pem"],
  ]);
  expect(await contentOf("etcd-ca")).not.toContain("PRIVATE KEY");
  const server = await contentOf("etcd-server");
  expect(server).toContain("PRIVATE KEY");
  expect(await contentOf("etcd-client")).not.toContain((await contentOf("etcd-ca")).trim());
  const { subjectAltName } = new X509Certificate(server);
  for (const name of ["etcd", "etcd-1", "etcd-5"]) {
    expect(subjectAltName?.split(", ")).toContain(`DNS:${name}`);
  }
  expect(spec.secrets?.map(({ path }) => path)).toEqual([
    "/run/secrets/server.pem",
    "/run/secrets/client.pem",
  ]);
});

test("it is ready when every member is", async () => {
  expect(await promiseOf(make().etcd.ready.apply((parts) => parts.length))).toBe(3);
  await recording.settled();
  expect(recording.one("ha-store:index:EtcdCluster").outputs).toEqual({
    hosts: "etcd-1:2379,etcd-2:2379,etcd-3:2379",
  });
});

test.each<[number, RegExp]>([
  [2, /^is 2: an even number survives no more losses than one less; give an odd one$/],
  [5, /^is 5: each member needs a zone of its own; give a whole number from 1 to 3$/],
  [0, /^is 0: /],
])("%d members: the error names the argument", (members, reason) => {
  const refusal = refusalOf(() => make({ members }));
  expect(refusal.propertyPath).toBe("members");
  expect(refusal.reason).toMatch(reason);
  expect(recording.ofType("ha-store:index:EtcdCluster")).toEqual([]);
});
