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
