import { rmSync } from "node:fs";
import { plain, type Recording, withoutSecrets } from "../support/pulumi-mocks.ts";
import { makeServicesFolder, makeStore, type Store, services } from "./support/online-store.ts";

let folder: string;
let made: Store;
beforeAll(async () => {
  folder = makeServicesFolder();
  made = await makeStore(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every value that was generated: passwords, hashes, keys, certificates' private keys. */
function generated(recording: Recording): string[] {
  const secrets = recording
    .ofType("docker:index/secret:Secret")
    .map(({ inputs }) => Buffer.from(String(plain(inputs.data)), "base64").toString());
  const values = secrets.flatMap((content) => content.match(/[A-Za-z0-9+/$.]{24,}/g) ?? []);
  return [...new Set(values)].filter((value) => !value.includes("CERTIFICATE"));
}

test("no generated value is outside of a Pulumi secret: in no input, no output, no variable", async () => {
  const { recording } = made;
  const values = generated(recording);
  // Of services, databases, cache and backups; and the keys of certificates, of some lines each.
  expect(values.length).toBeGreaterThan(30);
  expect(recording.ofType("random:index/randomPassword:RandomPassword")).toHaveLength(18);
  expect(recording.ofType("random:index/randomBytes:RandomBytes")).toHaveLength(8);
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
      if (/PASSWORD|TOKEN|KEY|SECRET|_FILE$/.test(key)) {
        expect([name, key]).toEqual([name, expect.stringMatching(/_FILE$/)]);
        expect(mounted).toContain(value);
        files++;
      }
    }
    for (const { passwordFile, caFile } of JSON.parse(env.DATABASE_SHARDS ?? "[]")) {
      expect(mounted).toEqual(expect.arrayContaining([passwordFile, caFile]));
      files += 2;
    }
  }
  // Tokens of four services; the sessions' keys; the catalog's database and cache; a shard for two.
  expect(files).toBe(4 + 1 + 2 + 2 + 4);
});

describe("whoever is broken into has its own secrets only", () => {
  const databaseOf = (cluster: string) => [
    "backup-ca",
    `backup-${cluster}`,
    "etcd-ca",
    "etcd-client",
    ...["login-admin", "replication", "rewind", "rest-api"].map(
      (owner) => `${cluster}-${owner}-password`,
    ),
    `${cluster}-server`,
  ];
  const loginsOf = (cluster: string, databases: string[]) => [
    `${cluster}-ca`,
    ...[...databases, "login-admin"].map((owner) => `${cluster}-${owner}-password`),
  ];

  test.each<[string, string[]]>([
    ["storefront", ["service-tokens", "session-keys"]],
    [
      "catalog",
      ["cache-password", "products-db-ca", "products-db-catalog-password", "service-tokens"],
    ],
    ["accounts", ["service-tokens", "shard-1-accounts-password", "shard-1-ca"]],
    ["orders", ["service-tokens", "shard-1-ca", "shard-1-orders-password"]],
    ["products-db", []],
    ["products-db-2", databaseOf("products-db")],
    ["products-db-logins", loginsOf("products-db", ["catalog"])],
    ["shard-1", []],
    ["shard-1-3", databaseOf("shard-1")],
    ["shard-1-logins", loginsOf("shard-1", ["accounts", "orders"])],
    ["etcd-1", ["etcd-client", "etcd-server"]],
    ["cache-1", ["cache-member-users", "cache-replica-password", "cache-sentinel-password"]],
    ["cache-sentinel-1", ["cache-sentinel-password", "cache-sentinel-users"]],
    ["backup", ["backup-cipher", "backup-clients", "backup-host"]],
  ])("%s", (name, secrets) => {
    const mounted = made
      .service(name)
      .taskSpec.containerSpec.secrets.map(({ secretName }) => secretName.replace(/-[^-]*$/, ""));
    expect(mounted.sort()).toEqual([...secrets].sort());
  });
});

test("what clients get of a server's certificate is without its key", () => {
  for (const name of ["products-db-ca", "shard-1-ca", "etcd-ca", "backup-ca", "backup-clients"]) {
    const { inputs } = made.recording.one("docker:index/secret:Secret", name);
    const content = Buffer.from(String(plain(inputs.data)), "base64").toString();
    expect(content).toContain("BEGIN CERTIFICATE");
    expect(content).not.toContain("PRIVATE KEY");
  }
});
