import { KubernetesPlatform } from "../../cli/platform/kubernetes/kubernetes-platform.ts";
import { clusterApi } from "../../components/orchestrator/kubernetes/cluster-api.ts";
import { type ClusterServer, serveCluster } from "./support/cluster-server.ts";

const ready = { conditions: [{ type: "Ready", status: "True" }] };

const node = (name: string, zone: string, more: object = {}) => ({
  metadata: { name, labels: { "topology.kubernetes.io/zone": zone } },
  spec: more,
  status: ready,
});

const deployment = (name: string, replicas: number, topologyKey: string) => ({
  metadata: { name },
  spec: {
    replicas,
    template: { spec: { topologySpreadConstraints: [{ topologyKey }] } },
  },
});

const zoned = "topology.kubernetes.io/zone";
const pod = (nodeName: string, metadata: object = {}) => ({
  metadata,
  spec: { nodeName },
  status: ready,
});

let server: ClusterServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function workloads(pods: object[]) {
  const inShop = "namespaces/shop";
  server = await serveCluster({
    "/api/v1/nodes": () => ({
      items: [node("node1", "a"), node("node2", "b"), node("node3", "c", { unschedulable: true })],
    }),
    [`/apis/apps/v1/${inShop}/deployments`]: () => ({
      items: [
        deployment("catalog", 3, zoned),
        deployment("orders", 3, zoned),
        deployment("edge", 3, "kubernetes.io/hostname"),
        deployment("alertmanager", 1, zoned),
      ],
    }),
    [`/apis/autoscaling/v2/${inShop}/horizontalpodautoscalers`]: () => ({
      items: [{ spec: { scaleTargetRef: { kind: "Deployment", name: "orders" } } }],
    }),
    [`/api/v1/${inShop}/pods`]: (query) => {
      expect(query.get("labelSelector")).toBe(
        "app.kubernetes.io/instance=ha-store-prod,app.kubernetes.io/name=catalog",
      );
      return { items: pods };
    },
  });
  return spreadWorkloads(server);
}

async function spreadWorkloads(shop: ClusterServer) {
  return new KubernetesPlatform(await clusterApi(shop), "prod", "shop").spreadWorkloads();
}

test("only what is spread over zones, has replicas for it, and no autoscaler", async () => {
  const found = await workloads([]);
  expect(found.map(({ name, replicas, domains }) => ({ name, replicas, domains }))).toEqual([
    { name: "catalog", replicas: 3, domains: ["a", "b"] },
  ]);
});

test("replicas count once so many are ready, and none beside them stays", async () => {
  const [catalog] = await workloads([
    pod("node1"),
    pod("node2"),
    pod("node3"),
    pod("node1", { deletionTimestamp: "2026-03-01T12:00:00Z" }),
  ]);
  expect(await catalog?.places(3)).toEqual(["a", "b", "node node3"]);
  expect(await catalog?.places(4)).toBeUndefined();
});

test("a cluster that refuses says why, in a line", async () => {
  server = await serveCluster({});
  await expect(spreadWorkloads(server)).rejects.toThrow(/^asked for nodes, pods or replicas.*404/);
});
