import { rmSync } from "node:fs";
import type { SecretVersions } from "../../components/store/rotated-secrets.ts";
import { plain, type Recording } from "../support/pulumi-mocks.ts";
import {
  applications,
  caches,
  logins,
  makeServicesFolder,
  makeStore,
  type Service,
  services,
} from "./support/online-store.ts";

let folder: string;
beforeAll(() => {
  folder = makeServicesFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A service's containers, each secret with what is in it: another content is another secret. */
function containersOf(recording: Recording): Map<string, string> {
  const contents = new Map(
    recording.ofType("docker:index/secret:Secret").map((secret) => {
      const { name, data } = plain({ ...secret.inputs, name: secret.name }) as Record<
        string,
        string
      >;
      return [name, data];
    }),
  );
  const contentOf = (secretName: string) => contents.get(secretName.replace(/-[^-]*$/, ""));
  return new Map(
    services(recording).map(([name, { taskSpec }]) => {
      const { containerSpec } = taskSpec;
      const secrets = containerSpec.secrets.map(({ fileName, secretName }) => [
        fileName,
        contentOf(secretName),
      ]);
      return [name, JSON.stringify({ ...taskSpec, containerSpec: { ...containerSpec, secrets } })];
    }),
  );
}

interface Stage {
  containers: Map<string, string>;
  service: (name: string) => Service & { labels: { label: string; value: string }[] };
}

const stages = new Map<string, Promise<Stage>>();

/** The store with these versions of one secret; a store is much work, so each is made once. */
function stage(secret: keyof SecretVersions, versions: string[]): Promise<Stage> {
  const first = versions.join() === "1";
  const key = first ? "1" : `${secret} ${versions}`;
  const made = stages.get(key) ?? makeStage(secret, versions);
  stages.set(key, made);
  return made;
}

async function makeStage(secret: keyof SecretVersions, versions: string[]): Promise<Stage> {
  const registry = secret === "registry" ? versions : undefined;
  const tls = secret === "certificate" ? { version: versions[0] } : undefined;
  const secretVersions = { [secret]: versions };
  const { recording, service } = await makeStore(folder, { secretVersions, tls }, registry);
  return { containers: containersOf(recording), service: service as Stage["service"] };
}

/** Services whose containers are replaced from one stage to the next. */
function replaced(before: Stage, after: Stage): string[] {
  return [...before.containers.keys()]
    .filter((name) => before.containers.get(name) !== after.containers.get(name))
    .sort();
}

const databaseClients = ["accounts", "catalog", "orders"];

test.each<[keyof SecretVersions, { introduce: string[]; use: string[]; retire: string[] }]>([
  ["databases", { introduce: logins, use: databaseClients, retire: logins }],
  ["cache", { introduce: caches, use: ["catalog"], retire: caches }],
  ["token", { introduce: applications, use: applications, retire: applications }],
  ["sessions", { introduce: ["storefront"], use: ["storefront"], retire: ["storefront"] }],
  ["registry", { introduce: ["registry"], use: [], retire: ["registry"] }],
])(
  "%s: each step replaces the containers of those alone whom it concerns",
  async (secret, wanted) => {
    const first = await stage(secret, ["1"]);
    const both = await stage(secret, ["1", "2"]);
    const next = await stage(secret, ["2", "1"]);
    const last = await stage(secret, ["2"]);
    expect({
      introduce: replaced(first, both),
      use: replaced(both, next),
      retire: replaced(next, last),
    }).toEqual({
      introduce: wanted.introduce.toSorted(),
      use: wanted.use.toSorted(),
      retire: wanted.retire.toSorted(),
    });
  },
);

test("the registry's password changes no service when another one is used", async () => {
  const before = await stage("registry", ["1", "2"]);
  const after = await stage("registry", ["2", "1"]);
  for (const name of before.containers.keys()) {
    expect(after.service(name).labels).toEqual(before.service(name).labels);
  }
});

test("another version of the certificate concerns the edge alone", async () => {
  const before = await stage("certificate", ["1"]);
  expect(replaced(before, await stage("certificate", ["2"]))).toEqual(["edge-balancer"]);
});
