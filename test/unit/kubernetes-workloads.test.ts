import type * as pulumi from "@pulumi/pulumi";
import { promiseOf } from "../support/pulumi-mocks.ts";
import { KubernetesRecording, kinds, selector, workload } from "./support/kubernetes.ts";

let made: KubernetesRecording;
let parent: pulumi.Resource;
beforeEach(async () => {
  made = await KubernetesRecording.start();
  parent = made.parent;
});

describe("workloads", () => {
  test("replicas are spread over zones and nodes, new before old, and drain before they end", async () => {
    const spec = { ...workload, replicas: 3, stopGracePeriodSeconds: 20 };
    const workloads = made.orchestrator().replicatedService("catalog", spec, { parent });
    expect(workloads.dnsName).toBe("catalog");
    const deployment = await made.manifest("deployment", "catalog");
    expect(deployment.metadata).toMatchObject({ name: "catalog", namespace: "shop" });
    expect(deployment.spec).toMatchObject({
      replicas: 3,
      minReadySeconds: 5,
      selector: { matchLabels: selector },
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    const { spec: pod } = await made.podOf("deployment", "catalog");
    const keys = (pod.topologySpreadConstraints as { topologyKey: string }[]).map(
      ({ topologyKey }) => topologyKey,
    );
    expect(keys).toEqual(["topology.kubernetes.io/zone", "kubernetes.io/hostname"]);
    expect(pod.terminationGracePeriodSeconds).toBe(25);
    expect(pod.containers[0]?.lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
    expect((await made.manifest("budget", "catalog")).spec).toMatchObject({
      maxUnavailable: 1,
      selector: { matchLabels: selector },
    });
    expect((await made.manifest("service", "catalog")).spec).toMatchObject({
      clusterIP: "None",
      publishNotReadyAddresses: false,
      selector,
    });
  });

  test("replicas of a node that is lost start elsewhere within seconds; members wait for theirs", async () => {
    const cluster = made.orchestrator();
    cluster.replicatedService("catalog", { ...workload, replicas: 3 }, { parent });
    const { tolerations } = (await made.podOf("deployment", "catalog")).spec;
    expect(tolerations).toEqual(
      ["not-ready", "unreachable"].map((condition) => ({
        key: `node.kubernetes.io/${condition}`,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: 12,
      })),
    );
    cluster.statefulSet(
      "db",
      { ...workload, members: [{ name: "db-1", environment: {} }] },
      { parent },
    );
    expect((await made.podOf("statefulSet", "db-1")).spec).not.toHaveProperty("tolerations");
  });

  test("at most one on a node is a rule, not a wish", async () => {
    const spec = { ...workload, replicas: 3, maxReplicasPerNode: 1 };
    made.orchestrator().replicatedService("catalog", spec, { parent });
    const { affinity } = (await made.podOf("deployment", "catalog")).spec;
    expect(affinity).toHaveProperty([
      "podAntiAffinity",
      "requiredDuringSchedulingIgnoredDuringExecution",
    ]);
  });

  test("where replicas follow their load, nobody else gives their number", async () => {
    const autoscaling = { minReplicas: 2, maxReplicas: 8, cpuCores: 0.5, metricsPort: 8080 };
    made
      .orchestrator()
      .replicatedService("catalog", { ...workload, replicas: 2, autoscaling }, { parent });
    expect((await made.manifest("deployment", "catalog")).spec).not.toHaveProperty("replicas");
    expect((await made.manifest("autoscaler", "catalog")).spec).toMatchObject({
      scaleTargetRef: { kind: "Deployment", name: "catalog" },
      minReplicas: 2,
      maxReplicas: 8,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "AverageValue", averageValue: "500m" } },
        },
      ],
    });
  });

  test("the same specification has the same pod, another number of replicas too", async () => {
    const cluster = made.orchestrator();
    cluster.replicatedService("one", { ...workload, replicas: 2 }, { parent });
    const before = (await made.podOf("deployment", "one")).metadata.annotations;
    made = await KubernetesRecording.start();
    parent = made.parent;
    made.orchestrator().replicatedService("one", { ...workload, replicas: 3 }, { parent });
    expect((await made.podOf("deployment", "one")).metadata.annotations).toEqual(before);
    expect(before["ha-store/specification"]).toMatch(/^[0-9a-f]{12}$/);
  });

  test("a daemon runs on each node; its ports keep the client's address", async () => {
    const ports = [{ target: 8080, published: 30080 }];
    made
      .orchestrator({ exposure: { kind: "nodePort" } })
      .daemon("edge", { ...workload, ports }, { parent });
    expect((await made.manifest("daemonSet", "edge")).spec).toMatchObject({
      updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect((await made.manifest("service", "edge-published")).spec).toMatchObject({
      type: "NodePort",
      externalTrafficPolicy: "Local",
      ports: [{ targetPort: 8080, port: 30080, nodePort: 30080 }],
    });
    expect((await made.manifest("policy", "edge-published")).spec).toMatchObject({
      ingress: [{ ports: [{ protocol: "TCP", port: 8080 }] }],
    });
  });

  test("with a cloud's balancer, ports are its own, and its hosts are told", async () => {
    const cluster = made.orchestrator();
    cluster.daemon("edge", { ...workload, ports: [{ target: 8080, published: 80 }] }, { parent });
    const { spec } = await made.manifest("service", "edge-published");
    expect(spec).toMatchObject({ type: "LoadBalancer", ports: [{ targetPort: 8080, port: 80 }] });
    expect(JSON.stringify(spec)).not.toContain("nodePort");
    expect(Object.keys(cluster.publishedHosts)).toEqual(["edge"]);
  });

  describe("where the cluster has a proxy, it passes HTTP on, and nothing else gets out", () => {
    const ports = [
      { target: 8080, published: 80, http: {} },
      { target: 8443, published: 443 },
    ];
    const page = [{ target: 8080, published: 8090, http: { subdomain: "status" } }];
    const hostNames = ["shop.example"];

    test("an Ingress", async () => {
      const exposure = { kind: "ingress", hostNames, ingressClass: "haproxy" } as const;
      const cluster = made.orchestrator({ exposure });
      cluster.daemon("edge", { ...workload, ports }, { parent });
      cluster.daemon("page", { ...workload, ports: page }, { parent });
      expect((await made.manifest("service", "edge-published")).spec).toMatchObject({
        type: "ClusterIP",
        ports: [{ port: 80, targetPort: 8080 }],
      });
      expect((await made.manifest("ingress", "edge-8080")).spec).toMatchObject({
        ingressClassName: "haproxy",
        rules: [
          {
            host: "shop.example",
            http: {
              paths: [{ backend: { service: { name: "edge-published", port: { number: 80 } } } }],
            },
          },
        ],
      });
      expect((await made.manifest("ingress", "page-8080")).spec).toMatchObject({
        rules: [{ host: "status.shop.example" }],
      });
      expect(await promiseOf(cluster.publishedHosts.page ?? [])).toEqual(["status.shop.example"]);
    });

    test("a route of a Gateway in another namespace", async () => {
      const exposure = { kind: "gateway", hostNames, gateway: "infra/public" } as const;
      made.orchestrator({ exposure }).daemon("edge", { ...workload, ports }, { parent });
      expect((await made.manifest("route", "edge-8080")).spec).toEqual({
        parentRefs: [{ name: "public", namespace: "infra" }],
        hostnames: ["shop.example"],
        rules: [{ backendRefs: [{ name: "edge-published", port: 80 }] }],
      });
    });
  });

  test("members have names, zones, environments and volumes of their own, and one budget", async () => {
    const members = [
      { name: "db-1", zone: "zone-1", environment: { MEMBER: "db-1" } },
      { name: "db-2", zone: "zone-2", environment: { MEMBER: "db-2" } },
    ];
    const spec = { ...workload, environment: { A: "1" }, members, volumePath: "/data" };
    const workloads = made
      .orchestrator({ storageClass: "fast", volumeGiB: 3 })
      .statefulSet("db", spec, {
        parent,
      });
    expect(workloads.map(({ dnsName }) => dnsName)).toEqual(["db-1", "db-2"]);
    const second = await made.manifest("statefulSet", "db-2");
    expect(second.spec).toMatchObject({
      serviceName: "db-2",
      replicas: 1,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { storageClassName: "fast", resources: { requests: { storage: "3Gi" } } },
        },
      ],
    });
    const pod = await made.podOf("statefulSet", "db-2");
    expect(JSON.stringify(pod.spec.affinity)).toContain('"values":["zone-2"]');
    expect(pod.spec.containers[0]).toMatchObject({
      env: [
        { name: "A", value: "1" },
        { name: "MEMBER", value: "db-2" },
      ],
      volumeMounts: [{ name: "data", mountPath: "/data" }],
    });
    expect((await made.manifest("service", "db-2")).spec).toMatchObject({
      publishNotReadyAddresses: true,
    });
    const budget = await made.manifest<{ spec: { selector: { matchLabels: object } } }>(
      "budget",
      "db-members",
    );
    expect(pod.metadata.labels).toMatchObject(budget.spec.selector.matchLabels);
    expect(made.recording.one(kinds.statefulSet, "db-1").options.deleteBeforeReplace).toBe(true);
  });

  test("names are given in full, for resolvers that know no search domain", () => {
    const cluster = made.orchestrator({ clusterDomain: "cluster.example" });
    expect(cluster.replicasHost("catalog")).toBe("catalog.shop.svc.cluster.example");
    expect(cluster.memberHost("db-1")).toBe("db-1.shop.svc.cluster.example");
  });

  test("in a preview nothing waits for the cluster", async () => {
    const spec = { ...workload, replicas: 2 };
    const { ready } = made.orchestrator().replicatedService("catalog", spec, { parent });
    expect(await promiseOf(ready.apply(() => true))).toBe(true);
  });
});
