import { KubernetesPlatform } from "../../cli/platform/kubernetes/kubernetes-platform.ts";
import { storeAddresses } from "../../cli/store-addresses.ts";
import { clusterApi } from "../../components/orchestrator/kubernetes/cluster-api.ts";
import { type ClusterServer, type Respond, serveCluster } from "./support/cluster-server.ts";

const workload = (name: string, env: object[] = []) => ({
  metadata: { name },
  spec: { replicas: 3, template: { spec: { containers: [{ name: "main", env }] } } },
  status: { readyReplicas: 2 },
});

const edge = {
  metadata: { name: "edge-balancer" },
  spec: { template: { spec: { containers: [{ name: "main" }] } } },
  status: { desiredNumberScheduled: 3, numberReady: 3 },
};

const pod = (hostIP: string, ready: "True" | "False") => ({
  metadata: { name: `edge-${hostIP}` },
  status: { phase: "Running", hostIP, conditions: [{ type: "Ready", status: ready }] },
});

const published = (type: string, ports: object, status: object = {}) => ({
  metadata: { name: "edge-balancer-published" },
  spec: {
    type,
    selector: { "app.kubernetes.io/name": "edge-balancer" },
    ports: [{ port: 80, targetPort: 8080, ...ports }],
  },
  status,
});

let server: ClusterServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** A namespace `shop` with the stack `prod`. */
async function platform(answers: Record<string, object[]>): Promise<KubernetesPlatform> {
  const kinds = ["apps/v1:deployments", "apps/v1:statefulsets", "apps/v1:daemonsets"];
  const others = ["v1:services", "v1:pods", "v1:persistentvolumeclaims"];
  const autoscalers = "autoscaling/v2:horizontalpodautoscalers";
  const lists = [...kinds, ...others, autoscalers].map((kind): [string, Respond] => {
    const [group = "", plural = ""] = kind.split(":");
    const path = `/${group.includes("/") ? "apis" : "api"}/${group}/namespaces/shop/${plural}`;
    return [
      path,
      (query) => {
        expect(query.get("labelSelector")).toContain("app.kubernetes.io/instance=ha-store-prod");
        return { items: answers[plural] ?? [] };
      },
    ];
  });
  server = await serveCluster(Object.fromEntries(lists));
  return new KubernetesPlatform(await clusterApi(server), "prod", "shop");
}

test("workloads of every kind are services, with what their containers are told", async () => {
  const env = [
    { name: "COMMAND", value: "echo $$(PORT)" },
    { name: "NODE_NAME", valueFrom: {} },
  ];
  const services = await (
    await platform({
      deployments: [workload("catalog", env)],
      statefulsets: [workload("shard-1-1")],
      daemonsets: [edge],
      services: [published("NodePort", { nodePort: 30080 })],
    })
  ).services();
  expect(services).toEqual([
    {
      physicalName: "catalog",
      name: "catalog",
      environment: { COMMAND: "echo $(PORT)", NODE_NAME: "" },
      publishedPorts: [],
    },
    expect.objectContaining({ name: "shard-1-1" }),
    expect.objectContaining({ publishedPorts: [{ published: 30080, target: 8080 }] }),
  ]);
});

test("a stack that is not there is said to be so, and how it is brought up", async () => {
  const empty = await platform({});
  await expect(empty.services()).rejects.toThrow(
    "the stack prod is not up here: `npm run up -- --stack prod` brings it up",
  );
});

test.each([
  [
    "ports of the nodes where it serves",
    "NodePort",
    { nodePort: 30080 },
    {},
    ["http://10.0.0.1:30080"],
  ],
  [
    "a balancer's address",
    "LoadBalancer",
    {},
    { loadBalancer: { ingress: [{ hostname: "shop.example" }] } },
    ["http://shop.example"],
  ],
])("the store is found at %s", async (_, type, ports, status, expected) => {
  const cluster = await platform({
    daemonsets: [edge],
    services: [published(type, ports, status)],
    pods: [pod("10.0.0.1", "True"), pod("10.0.0.2", "False")],
  });
  expect(await storeAddresses(cluster, await cluster.services())).toEqual(expected);
});

test("where only host names lead to it, one has to be given", async () => {
  const cluster = await platform({ daemonsets: [edge] });
  await expect(storeAddresses(cluster, await cluster.services())).rejects.toThrow("--address");
});

test("replicas that serve are counted against those that are wanted", async () => {
  const cluster = await platform({ deployments: [workload("catalog")], daemonsets: [edge] });
  expect(await cluster.workloads()).toEqual([
    { name: "catalog", ready: 2, wanted: 3 },
    { name: "edge-balancer", ready: 3, wanted: 3 },
  ]);
});

test("a replica is leaving from when it is told to end until its node must be lost", async () => {
  const minute = 60_000;
  const ending = (since: number, nodeName: string) => ({
    metadata: { deletionTimestamp: new Date(Date.now() - since).toISOString() },
    spec: { nodeName },
  });
  const staying = { metadata: {}, spec: { nodeName: "node3" } };
  const cluster = await platform({
    statefulsets: [workload("shard-1-1")],
    pods: [ending(0, "node1"), ending(minute, "node2"), staying],
  });
  expect(await cluster.leaving()).toBe(1);
  const [member] = await cluster.services();
  expect(member && (await cluster.nodeOf(member))).toBe("node3");
});

test("a workload's digest tells of every change but the replicas that an autoscaler has", async () => {
  const catalog = workload("catalog");
  const scaled = { ...catalog, spec: { ...catalog.spec, replicas: 5 } };
  const changed = workload("catalog", [{ name: "LOG_LEVEL", value: "debug" }]);
  const digest = async (deployment: object, horizontalpodautoscalers: object[] = []) => {
    const cluster = await platform({ deployments: [deployment], horizontalpodautoscalers });
    const { catalog: of } = await cluster.digests();
    await server?.close();
    server = undefined;
    return of;
  };
  const autoscaler = [{ spec: { scaleTargetRef: { name: "catalog" } } }];
  expect(await digest(scaled)).not.toBe(await digest(catalog));
  expect(await digest(scaled, autoscaler)).toBe(await digest(catalog, autoscaler));
  expect(await digest(changed, autoscaler)).not.toBe(await digest(catalog, autoscaler));
});

test("volumes are known by their claims, and whose they are", async () => {
  const labels = { "app.kubernetes.io/name": "shard-1-1" };
  const cluster = await platform({
    persistentvolumeclaims: [{ metadata: { name: "data-shard-1-1-0", labels } }],
  });
  expect(await cluster.volumes()).toEqual([
    expect.objectContaining({ name: "data-shard-1-1-0", workload: "shard-1-1" }),
  ]);
});
