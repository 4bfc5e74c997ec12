import { writeFileSync } from "node:fs";
import type { Settings } from "../../settings.ts";
import { lookAtCluster } from "../../stack/kubernetes-check.ts";
import {
  type ClusterServer,
  configurationFor,
  type Respond,
  serveCluster,
} from "./support/cluster-server.ts";
import { read } from "./support/settings.ts";

const ready = { conditions: [{ type: "Ready", status: "True" }] };
const node = (name: string, zone: string, status: object = ready) => ({
  metadata: { name, labels: { "topology.kubernetes.io/zone": zone } },
  status: { ...status, addresses: [{ type: "InternalIP", address: `10.0.0.${name.at(-1)}` }] },
});
const standard = {
  metadata: {
    name: "standard",
    annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
  },
};
const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const storage = "/apis/storage.k8s.io/v1/storageclasses";

/** A cluster in which nothing is wrong. */
const sound: Record<string, Respond> = {
  "/version": () => ({ major: "1", minor: "34" }),
  "/api/v1/namespaces/shop": () => ({ metadata: { name: "shop" } }),
  "/api/v1/nodes": () => ({ items: [node("node1", "zone-1"), node("node2", "zone-2")] }),
  [storage]: () => ({ items: [standard] }),
  [reviews]: () => ({ status: { allowed: true } }),
};

let server: ClusterServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** What is found to be wrong with a cluster that differs so from a sound one. */
async function look(answers: Record<string, Respond>, values: Record<string, string> = {}) {
  server = await serveCluster({ ...sound, ...answers });
  return lookAtCluster(settingsFor(server.kubeconfig, values), "shop");
}

function settingsFor(kubeconfig: string, values: Record<string, string>): Settings {
  return read({ orchestrator: "kubernetes", kubeconfig, ...values }).settings;
}

test("a sound cluster has no problems, and tells where its nodes are", async () => {
  const { facts, problems } = await look({}, { zones: '["zone-1","zone-2"]' });
  expect(problems).toEqual([]);
  expect(facts?.nodes?.map(({ address }) => address)).toEqual(["10.0.0.1", "10.0.0.2"]);
});

test("rights in the namespace alone are enough without the cluster's own objects", async () => {
  const asked: string[] = [];
  const { problems } = await look(
    {
      [reviews]: (_, body) => {
        const { resource, namespace } = (
          body as { spec: { resourceAttributes: { resource: string; namespace?: string } } }
        ).spec.resourceAttributes;
        asked.push(`${namespace}/${resource}`);
        return { status: { allowed: namespace === "shop" } };
      },
      "/api/v1/nodes": () => 403,
      [storage]: () => 403,
    },
    { clusterScoped: "false", zones: '["zone-1"]' },
  );
  expect(problems).toEqual([]);
  expect(asked).toContain("shop/statefulsets");
});

describe("one clear error for each thing that is wrong", () => {
  test("a zone that no ready node is in", async () => {
    const { problems } = await look(
      {
        "/api/v1/nodes": () => ({ items: [node("node1", "zone-1"), node("node2", "zone-2", {})] }),
      },
      { zones: '["zone-1","zone-2"]' },
    );
    expect(problems).toEqual([
      { setting: "zones", reason: expect.stringContaining('has "zone-2", but no ready node') },
    ]);
    expect(problems[0]?.reason).toContain("kubectl label node NODE");
  });

  test("no default storage class, and one that is not there", async () => {
    const bare = { [storage]: () => ({ items: [{ metadata: { name: "local" } }] }) };
    expect((await look(bare)).problems).toEqual([
      {
        setting: "storageClass",
        reason: expect.stringMatching(/no default: give one .*\(local\)/),
      },
    ]);
    await server?.close();
    expect((await look(bare, { storageClass: "fast" })).problems).toEqual([
      {
        setting: "storageClass",
        reason: expect.stringContaining("is fast, which the cluster has not"),
      },
    ]);
  });

  test("missing rights: which, and where", async () => {
    const { problems } = await look({ [reviews]: () => ({ status: { allowed: false } }) });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.reason).toContain("create namespaces");
    expect(problems[0]?.reason).toContain("create statefulsets.apps");
    expect(problems[0]?.reason).toContain('set clusterScoped to "false"');
  });

  test("a namespace that is not there, where it is not to be made", async () => {
    const { problems } = await look(
      { "/api/v1/namespaces/shop": () => 404 },
      { clusterScoped: "false" },
    );
    expect(problems[0]).toMatchObject({ setting: "namespace" });
    expect(problems[0]?.reason).toContain("kubectl create namespace shop");
  });

  test("an old release", async () => {
    const { problems } = await look({ "/version": () => ({ major: "1", minor: "28+" }) });
    expect(problems[0]?.reason).toContain("which is Kubernetes 1.28: have 1.30 or later");
  });

  test("a user whom the cluster does not know", async () => {
    const { problems } = await look({ "/version": () => 401 });
    expect(problems[0]?.reason).toContain("it does not know who asks (401)");
  });

  test("a cluster that does not answer", async () => {
    server = await serveCluster(sound);
    writeFileSync(server.kubeconfig, JSON.stringify(configurationFor("https://127.0.0.1:1")));
    const { problems } = await lookAtCluster(settingsFor(server.kubeconfig, {}), "shop");
    expect(problems[0]).toMatchObject({ setting: "kubeconfig" });
    expect(problems[0]?.reason).toContain("no cluster answers at https://127.0.0.1:1");
    expect(problems[0]?.reason).toContain("`npm run render` needs no cluster");
  });

  test("a context that the kubeconfig lacks", async () => {
    const { problems } = await look({}, { kubeContext: "prod" });
    expect(problems).toEqual([
      { setting: "kubeContext", reason: expect.stringContaining("is prod, which is no context") },
    ]);
    expect(problems[0]?.reason).toContain("which has shop");
  });

  test("no kubeconfig at all", async () => {
    const { HOME, KUBECONFIG } = process.env;
    Object.assign(process.env, { HOME: "/nowhere", KUBECONFIG: "" });
    const { problems } = await lookAtCluster(read({ orchestrator: "kubernetes" }).settings, "shop");
    Object.assign(process.env, { HOME, KUBECONFIG: KUBECONFIG ?? "" });
    expect(problems[0]?.reason).toContain(
      "is not set, and the default is not there (KUBECONFIG, ~/.kube/config): name one",
    );
  });

  test("a kubeconfig that is not there", async () => {
    const settings = settingsFor("/nowhere/kubeconfig", {});
    const { problems } = await lookAtCluster(settings, "shop");
    expect(problems[0]).toMatchObject({ setting: "kubeconfig" });
    expect(problems[0]?.reason).toContain("is /nowhere/kubeconfig, which can't be read");
  });
});
