import { rmSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { KubernetesOrchestrator } from "../../components/orchestrator/kubernetes/kubernetes-orchestrator.ts";
import { OnlineStore } from "../../components/store/online-store.ts";
import { plain, type Recording, recordResources } from "../support/pulumi-mocks.ts";
import { caches, makeServicesFolder, members } from "./support/online-store.ts";

interface Workload {
  spec: {
    template: {
      metadata: { labels: Record<string, string> };
      spec: { containers: [{ image: string; livenessProbe?: object; env: Variable[] }] };
    };
  };
}
interface Variable {
  name: string;
  value?: string;
  valueFrom?: object;
}

const folder = makeServicesFolder();
let recording: Recording;
let workloads: [string, Workload][];

beforeAll(async () => {
  recording = await recordResources();
  const address = "registry.example";
  const orchestrator = new KubernetesOrchestrator("kubernetes", {
    namespace: "shop",
    prefix: "ha-store-prod",
    zones: ["zone-1", "zone-2", "zone-3"],
    registry: { address },
  });
  new OnlineStore("store", {
    orchestrator,
    registry: { address, ready: pulumi.output<pulumi.Resource>(orchestrator) },
    servicesFolder: folder,
    encryptNetworks: false,
  });
  await recording.settled();
  workloads = recording.resources
    .filter(({ type }) => /:(Deployment|StatefulSet|DaemonSet)$/.test(type))
    .map(({ name, inputs }) => [name, plain(inputs) as Workload]);
});
afterAll(() => rmSync(folder, { recursive: true }));

function configuration(name: string): string {
  const { data } = plain(recording.one("kubernetes:core/v1:ConfigMap", name).inputs) as {
    data: { content: string };
  };
  return data.content;
}

function template(name: string) {
  const found = workloads.find(([workload]) => workload === name);
  if (!found) throw new Error(`there is no workload ${name}`);
  return found[1].spec.template;
}

test("everything that runs on a Swarm runs here", () => {
  const names = workloads.map(([name]) => name);
  const expected = [
    ...["storefront", "catalog", "accounts", "orders", "edge-balancer"],
    ...["products-db", "shard-1", "backup", "prometheus", "status"],
    ...members.map(({ name }) => name),
    ...caches,
  ];
  expect(names).toEqual(expect.arrayContaining(expected));
});

test("HAProxy and Prometheus ask for names in full", () => {
  const edge = configuration("edge-balancer-config");
  expect(edge).toContain("replica 1-100 storefront.shop.svc.cluster.local:8080 check");
  expect(configuration("shard-1-router-config")).toContain(
    "server shard-1-2 shard-1-2.shop.svc.cluster.local:5432 check port 8008",
  );
  const scraped = configuration("prometheus-configuration");
  expect(scraped).toContain("- catalog.shop.svc.cluster.local");
  expect(scraped + edge).not.toContain("tasks.");
});

test("only neighbours may talk", () => {
  const networksOf = (name: string) =>
    Object.keys(template(name).metadata.labels)
      .flatMap((label) => /^network\.ha-store\/(.*)$/.exec(label)?.[1] ?? [])
      .sort();
  expect(networksOf("edge-balancer")).toEqual(["edge"]);
  expect(networksOf("storefront")).toEqual(["application", "edge"]);
  expect(networksOf("orders")).toEqual(["application", "data"]);
  expect(networksOf("shard-1-1")).toEqual(["data"]);
  expect(networksOf("etcd-1")).toEqual(["data"]);
});

test("every workload that listens has an answer to whether a restart would help", () => {
  const without = workloads
    // What keeps logins only asks others.
    .filter(([name]) => !name.endsWith("-logins"))
    .filter(([, { spec }]) => !spec.template.spec.containers[0].livenessProbe)
    .map(([name]) => name);
  expect(without).toEqual([]);
});

test("replicas tell where they are and what", () => {
  const { env, image } = template("catalog").spec.containers[0];
  const variable = (name: string) => env.find((one) => one.name === name);
  expect(variable("NODE_NAME")?.valueFrom).toEqual({ fieldRef: { fieldPath: "spec.nodeName" } });
  expect(image).toMatch(new RegExp(`:${variable("RELEASE")?.value}`));
  expect(variable("RELEASE")?.value).toMatch(/^[0-9a-f]{12}$/);
});
