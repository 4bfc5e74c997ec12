import * as pulumi from "@pulumi/pulumi";
import { isSecret, plain, promiseOf, withoutSecrets } from "../support/pulumi-mocks.ts";
import { imageContext } from "./support/image-context.ts";
import {
  KubernetesRecording,
  kinds,
  type Manifest,
  selector,
  workload,
} from "./support/kubernetes.ts";

let made: KubernetesRecording;
let parent: pulumi.Resource;
beforeEach(async () => {
  made = await KubernetesRecording.start();
  parent = made.parent;
});

describe("what is there before any workload", () => {
  test("a namespace that takes only restricted pods, and that is never deleted", async () => {
    made.orchestrator();
    const { metadata } = await made.manifest<{ metadata: { labels: object } }>(
      "namespace",
      "namespace",
    );
    expect(metadata).toMatchObject({
      name: "shop",
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    });
    const { options } = await made.resource("namespace", "namespace");
    expect(options.retainOnDelete).toBe(true);
  });

  test("nobody may talk to anybody, but ask the DNS", async () => {
    made.orchestrator();
    expect((await made.manifest("policy", "deny-all")).spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    const { egress } = (await made.manifest("policy", "allow-dns")).spec as {
      egress: { ports: { port: number }[] }[];
    };
    expect(egress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([53, 53]);
  });

  test("credentials of the registry are a secret, for the nodes and in the state", async () => {
    made.orchestrator();
    await made.recording.settled();
    const { inputs } = made.recording.one(kinds.secret, "registry-pull");
    expect(JSON.stringify(withoutSecrets(made.recording.resources))).not.toContain(
      "registry-password",
    );
    const { data } = plain(inputs) as { data: Record<string, string> };
    const content = Buffer.from(data[".dockerconfigjson"] ?? "", "base64").toString();
    expect(JSON.parse(content).auths["registry.example"]).toMatchObject({ username: "ci" });
  });

  test("with rights in the namespace only, nothing is made outside of it", async () => {
    const cluster = made.orchestrator({ clusterScoped: false });
    cluster.replicatedService("catalog", { ...workload, replicas: 2 }, { parent });
    await made.recording.settled();
    expect(made.recording.ofType(kinds.namespace)).toEqual([]);
    expect(made.recording.ofType(kinds.priority)).toEqual([]);
    const objects = made.recording.resources.filter(({ type }) => /^kubernetes:/.test(type));
    for (const { inputs } of objects) {
      expect((plain(inputs) as Manifest).metadata.namespace).toBe("shop");
    }
  });
});

describe("network", () => {
  test("whoever is on it may talk to all others on it, and outside only where it leads there", async () => {
    const cluster = made.orchestrator();
    cluster.network("data", { encrypted: false, internal: true }, { parent });
    cluster.network("edge", { encrypted: false, internal: false }, { parent });
    const members = { podSelector: { matchLabels: { "network.ha-store/data": "yes" } } };
    expect((await made.manifest("policy", "data")).spec).toEqual({
      ...members,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [members] }],
      egress: [{ to: [members] }],
    });
    const { egress } = (await made.manifest("policy", "edge")).spec as {
      egress: { to: { ipBlock?: { except: string[] } }[] }[];
    };
    const [, outside] = egress;
    expect(outside?.to[0]?.ipBlock?.except).toEqual(
      expect.arrayContaining(["10.0.0.0/8", "169.254.0.0/16"]),
    );
  });

  test("a pod says which networks it is on", async () => {
    const cluster = made.orchestrator();
    const network = (name: string) =>
      cluster.network(name, { encrypted: false, internal: true }, { parent });
    const networks = [network("application"), network("data")];
    cluster.replicatedService("catalog", { ...workload, networks, replicas: 2 }, { parent });
    expect((await made.podOf("deployment", "catalog")).metadata.labels).toMatchObject({
      ...selector,
      "network.ha-store/application": "yes",
      "network.ha-store/data": "yes",
    });
  });
});

describe("secret and configuration file", () => {
  test("a secret's content is a Pulumi secret even if it came in plain, under a new name", async () => {
    const { name } = made.orchestrator().secret("token", { content: "Zoë" }, { parent });
    await made.recording.settled();
    const { inputs } = made.recording.one(kinds.secret, "token");
    const { data, metadata, immutable } = inputs as {
      data: Record<string, unknown>;
      metadata: { name?: string };
      immutable: boolean;
    };
    expect(isSecret(data) || isSecret(data.content)).toBe(true);
    const content = (plain(data) as Record<string, string>).content ?? "";
    expect(Buffer.from(content, "base64").toString()).toBe("Zoë");
    expect(immutable).toBe(true);
    expect(metadata.name).toBeUndefined();
    expect(await promiseOf(name)).toMatch(/^token-[0-9a-f]{8}$/);
  });

  test("where it is only rendered, a secret has the same name each time", async () => {
    const { name } = made
      .orchestrator({ renderTo: "/tmp/manifests" })
      .secret("token", { content: "t" }, { parent });
    expect(await promiseOf(name)).toBe("token");
  });

  test("a configuration file is named after its content", async () => {
    const cluster = made.orchestrator();
    const one = cluster.configFile("settings", { content: "a = 1\n" }, { parent });
    const other = cluster.configFile("others", { content: "a = 2\n" }, { parent });
    expect(await promiseOf(one.name)).toMatch(/^settings-[0-9a-f]{12}$/);
    expect((await promiseOf(one.name)).slice(9)).not.toBe((await promiseOf(other.name)).slice(7));
    expect(await made.manifest("configMap", "settings")).toMatchObject({
      data: { content: "a = 1\n" },
      immutable: true,
    });
  });
});

describe("image", () => {
  const context = imageContext();

  const registry = () => ({
    address: "registry.example/shop",
    ready: pulumi.output<pulumi.Resource>(parent),
  });

  test("with an engine it is built, pushed and named by its digest", async () => {
    const cluster = made.orchestrator({ builder: { host: "unix:///var/run/docker.sock" } });
    const { reference } = cluster.image(
      "catalog",
      { context: context(), registry: registry() },
      { parent },
    );
    expect(await promiseOf(reference)).toMatch(
      /^registry\.example\/shop\/ha-store-prod\/catalog@sha256:[0-9a-f]{64}$/,
    );
    await made.recording.settled();
    const engine = made.recording.one("pulumi:providers:docker");
    expect(JSON.stringify(plain(engine.inputs))).toContain("https://registry.example");
  });

  test("without one it is there already, under a tag that its content decides", async () => {
    const { reference } = made
      .orchestrator()
      .image("catalog", { context: context(), registry: registry() }, { parent });
    expect(await promiseOf(reference)).toMatch(
      /^registry\.example\/shop\/ha-store-prod\/catalog:[0-9a-f]{16}$/,
    );
    expect((await made.recording.settled()).ofType("docker:index/remoteImage:RemoteImage")).toEqual(
      [],
    );
  });
});
