import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  KubernetesOrchestrator,
  type KubernetesOrchestratorArgs,
} from "../../components/orchestrator/kubernetes/kubernetes-orchestrator.ts";
import type { WorkloadSpec } from "../../components/orchestrator/specs.ts";
import {
  isSecret,
  plain,
  promiseOf,
  type Recording,
  recordResources,
  withoutSecrets,
} from "../support/pulumi-mocks.ts";

const kinds = {
  namespace: "kubernetes:core/v1:Namespace",
  secret: "kubernetes:core/v1:Secret",
  configMap: "kubernetes:core/v1:ConfigMap",
  service: "kubernetes:core/v1:Service",
  account: "kubernetes:core/v1:ServiceAccount",
  policy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  deployment: "kubernetes:apps/v1:Deployment",
  statefulSet: "kubernetes:apps/v1:StatefulSet",
  daemonSet: "kubernetes:apps/v1:DaemonSet",
  budget: "kubernetes:policy/v1:PodDisruptionBudget",
  autoscaler: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  priority: "kubernetes:scheduling.k8s.io/v1:PriorityClass",
};
const workload: WorkloadSpec = {
  image: "catalog@sha256:1",
  networks: [],
  resources: { memoryLimitMiB: 128 },
};
const selector = {
  "app.kubernetes.io/name": "catalog",
  "app.kubernetes.io/instance": "ha-store-prod",
};

let recording: Recording;
let parent: pulumi.ComponentResource;
beforeEach(async () => {
  recording = await recordResources();
  parent = new pulumi.ComponentResource("test:index:Parent", "parent");
});

function kubernetes(args: Partial<KubernetesOrchestratorArgs> = {}): KubernetesOrchestrator {
  return new KubernetesOrchestrator("kubernetes", {
    namespace: "shop",
    prefix: "ha-store-prod",
    zones: ["zone-1", "zone-2"],
    registry: { address: "registry.example/shop", username: "ci", password: "registry-password" },
    ...args,
  });
}

interface Manifest {
  metadata: { name?: string; namespace?: string; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}

/** The object of that kind and name. */
async function manifest<T = Manifest>(kind: keyof typeof kinds, name: string): Promise<T> {
  await recording.settled();
  return plain(recording.one(kinds[kind], name).inputs) as T;
}

interface Pod {
  metadata: { labels: Record<string, string>; annotations: Record<string, string> };
  spec: Record<string, unknown> & { containers: Record<string, unknown>[] };
}

async function podOf(kind: "deployment" | "statefulSet" | "daemonSet", name: string): Promise<Pod> {
  return (await manifest<{ spec: { template: Pod } }>(kind, name)).spec.template;
}

describe("what is there before any workload", () => {
  test("a namespace that takes only restricted pods, and that is never deleted", async () => {
    kubernetes();
    const { metadata } = await manifest<{ metadata: { labels: object } }>("namespace", "namespace");
    expect(metadata).toMatchObject({
      name: "shop",
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    });
  });

  test("nobody may talk to anybody, but ask the DNS", async () => {
    kubernetes();
    expect((await manifest("policy", "deny-all")).spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    const { egress } = (await manifest("policy", "allow-dns")).spec as {
      egress: { ports: { port: number }[] }[];
    };
    expect(egress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([53, 53]);
  });

  test("credentials of the registry are a secret, for the nodes and in the state", async () => {
    kubernetes();
    await recording.settled();
    const { inputs } = recording.one(kinds.secret, "registry-pull");
    expect(JSON.stringify(withoutSecrets(recording.resources))).not.toContain("registry-password");
    const { data } = plain(inputs) as { data: Record<string, string> };
    const content = Buffer.from(data[".dockerconfigjson"] ?? "", "base64").toString();
    expect(JSON.parse(content).auths["registry.example"]).toMatchObject({ username: "ci" });
  });

  test("with rights in the namespace only, nothing is made outside of it", async () => {
    const cluster = kubernetes({ clusterScoped: false });
    cluster.replicatedService("catalog", { ...workload, replicas: 2 }, { parent });
    await recording.settled();
    expect(recording.ofType(kinds.namespace)).toEqual([]);
    expect(recording.ofType(kinds.priority)).toEqual([]);
    const made = recording.resources.filter(({ type }) => /^kubernetes:/.test(type));
    for (const { inputs } of made) {
      expect((plain(inputs) as Manifest).metadata.namespace).toBe("shop");
    }
  });
});

describe("network", () => {
  test("whoever is on it may talk to all others on it, and outside only where it leads there", async () => {
    const cluster = kubernetes();
    cluster.network("data", { encrypted: false, internal: true }, { parent });
    cluster.network("edge", { encrypted: false, internal: false }, { parent });
    const members = { podSelector: { matchLabels: { "network.ha-store/data": "yes" } } };
    expect((await manifest("policy", "data")).spec).toEqual({
      ...members,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [members] }],
      egress: [{ to: [members] }],
    });
    const { egress } = (await manifest("policy", "edge")).spec as {
      egress: { to: { ipBlock?: { except: string[] } }[] }[];
    };
    const [, outside] = egress;
    expect(outside?.to[0]?.ipBlock?.except).toEqual(
      expect.arrayContaining(["10.0.0.0/8", "169.254.0.0/16"]),
    );
  });

  test("a pod says which networks it is on", async () => {
    const cluster = kubernetes();
    const network = (name: string) =>
      cluster.network(name, { encrypted: false, internal: true }, { parent });
    const networks = [network("application"), network("data")];
    cluster.replicatedService("catalog", { ...workload, networks, replicas: 2 }, { parent });
    expect((await podOf("deployment", "catalog")).metadata.labels).toMatchObject({
      ...selector,
      "network.ha-store/application": "yes",
      "network.ha-store/data": "yes",
    });
  });
});

describe("secret and configuration file", () => {
  test("a secret's content is a Pulumi secret even if it came in plain, under a new name", async () => {
    const { name } = kubernetes().secret("token", { content: "Zoë" }, { parent });
    await recording.settled();
    const { inputs } = recording.one(kinds.secret, "token");
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
    const { name } = kubernetes({ renderTo: "/tmp/manifests" }).secret(
      "token",
      { content: "t" },
      { parent },
    );
    expect(await promiseOf(name)).toBe("token");
  });

  test("a configuration file is named after its content", async () => {
    const cluster = kubernetes();
    const one = cluster.configFile("settings", { content: "a = 1\n" }, { parent });
    const other = cluster.configFile("others", { content: "a = 2\n" }, { parent });
    expect(await promiseOf(one.name)).toMatch(/^settings-[0-9a-f]{12}$/);
    expect((await promiseOf(one.name)).slice(9)).not.toBe((await promiseOf(other.name)).slice(7));
    expect(await manifest("configMap", "settings")).toMatchObject({
      data: { content: "a = 1\n" },
      immutable: true,
    });
  });
});

describe("image", () => {
  let context: string;
  beforeEach(() => {
    context = mkdtempSync(join(tmpdir(), "image-"));
    writeFileSync(join(context, "Dockerfile"), "FROM debian:trixie-slim\n");
  });
  afterEach(() => rmSync(context, { recursive: true }));

  const registry = () => ({
    address: "registry.example/shop",
    ready: pulumi.output<pulumi.Resource>(parent),
  });

  test("with an engine it is built, pushed and named by its digest", async () => {
    const cluster = kubernetes({ builder: { host: "unix:///var/run/docker.sock" } });
    const { reference } = cluster.image("catalog", { context, registry: registry() }, { parent });
    expect(await promiseOf(reference)).toMatch(
      /^registry\.example\/shop\/ha-store-prod\/catalog@sha256:[0-9a-f]{64}$/,
    );
    await recording.settled();
    const engine = recording.one("pulumi:providers:docker");
    expect(JSON.stringify(plain(engine.inputs))).toContain("https://registry.example");
  });

  test("without one it is there already, under a tag that its content decides", async () => {
    const { reference } = kubernetes().image(
      "catalog",
      { context, registry: registry() },
      { parent },
    );
    expect(await promiseOf(reference)).toMatch(
      /^registry\.example\/shop\/ha-store-prod\/catalog:[0-9a-f]{16}$/,
    );
    expect((await recording.settled()).ofType("docker:index/remoteImage:RemoteImage")).toEqual([]);
  });
});

describe("a pod", () => {
  test("is restricted: no root, no capabilities, nothing to write on, no token", async () => {
    kubernetes().replicatedService(
      "catalog",
      { ...workload, user: "999:998", replicas: 2 },
      { parent },
    );
    const { spec } = await podOf("deployment", "catalog");
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      serviceAccountName: "workload",
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 999,
        runAsGroup: 998,
        fsGroup: 998,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    expect(spec.containers[0]?.securityContext).toEqual({
      runAsNonRoot: true,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("has its files at their own paths, readable by its group only, and folders in memory", async () => {
    const cluster = kubernetes();
    const secret = cluster.secret("token", { content: "t" }, { parent });
    const configFile = cluster.configFile("settings", { content: "c" }, { parent });
    cluster.replicatedService(
      "catalog",
      {
        ...workload,
        replicas: 2,
        secrets: [{ secret, path: "/run/secrets/token" }],
        configFiles: [{ configFile, path: "/etc/app/settings.json" }],
        scratch: [{ path: "/tmp", sizeMiB: 64 }],
      },
      { parent },
    );
    const { volumes, containers } = (await podOf("deployment", "catalog")).spec;
    expect(containers[0]?.volumeMounts).toEqual([
      { name: "secrets", mountPath: "/run/secrets/token", subPath: "1-token", readOnly: true },
      {
        name: "configuration",
        mountPath: "/etc/app/settings.json",
        subPath: "1-settings.json",
        readOnly: true,
      },
      { name: "scratch-1", mountPath: "/tmp" },
    ]);
    expect(volumes).toEqual([
      {
        name: "secrets",
        projected: {
          defaultMode: 0o440,
          sources: [
            {
              secret: {
                name: await promiseOf(secret.name),
                items: [{ key: "content", path: "1-token" }],
              },
            },
          ],
        },
      },
      expect.objectContaining({ name: "configuration" }),
      { name: "scratch-1", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
    ]);
  });

  test("means a dollar sign where one is written, and knows its node", async () => {
    const cluster = kubernetes();
    cluster.replicatedService(
      "catalog",
      {
        ...workload,
        replicas: 2,
        command: ["serve", "$(HOME)"],
        environment: { NODE_NAME: cluster.nodeName, COMMAND: "echo $(PORT) $$" },
      },
      { parent },
    );
    const [container] = (await podOf("deployment", "catalog")).spec.containers;
    expect(container?.args).toEqual(["serve", "$$(HOME)"]);
    expect(container?.env).toEqual([
      { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      { name: "COMMAND", value: "echo $$(PORT) $$$$" },
    ]);
  });

  test("is asked three different questions", async () => {
    const healthCheck = {
      command: ["healthcheck"],
      startPeriodSeconds: 60,
      alive: { port: 8080, path: "/healthz" },
    };
    kubernetes().replicatedService(
      "catalog",
      { ...workload, healthCheck, replicas: 2 },
      { parent },
    );
    const [container] = (await podOf("deployment", "catalog")).spec.containers;
    const asked = { exec: { command: ["healthcheck"] }, periodSeconds: 5, timeoutSeconds: 5 };
    expect(container).toMatchObject({
      startupProbe: { ...asked, failureThreshold: 17 },
      readinessProbe: { ...asked, failureThreshold: 5 },
      livenessProbe: { httpGet: { port: 8080, path: "/healthz" }, failureThreshold: 6 },
    });
  });

  test("is never restarted for what it depends on: without an answer of its own nobody asks", async () => {
    const healthCheck = { command: ["healthcheck"] };
    kubernetes().replicatedService(
      "catalog",
      { ...workload, healthCheck, replicas: 2 },
      { parent },
    );
    const [container] = (await podOf("deployment", "catalog")).spec.containers;
    expect(container).toHaveProperty("readinessProbe");
    expect(container).not.toHaveProperty("livenessProbe");
  });
});

describe("workloads", () => {
  test("replicas are spread over zones and nodes, new before old, and drain before they end", async () => {
    const spec = { ...workload, replicas: 3, stopGracePeriodSeconds: 20 };
    const made = kubernetes().replicatedService("catalog", spec, { parent });
    expect(made.dnsName).toBe("catalog");
    const deployment = await manifest("deployment", "catalog");
    expect(deployment.metadata).toMatchObject({ name: "catalog", namespace: "shop" });
    expect(deployment.spec).toMatchObject({
      replicas: 3,
      minReadySeconds: 5,
      selector: { matchLabels: selector },
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    const { spec: pod } = await podOf("deployment", "catalog");
    const keys = (pod.topologySpreadConstraints as { topologyKey: string }[]).map(
      ({ topologyKey }) => topologyKey,
    );
    expect(keys).toEqual(["topology.kubernetes.io/zone", "kubernetes.io/hostname"]);
    expect(pod.terminationGracePeriodSeconds).toBe(25);
    expect(pod.containers[0]?.lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
    expect((await manifest("budget", "catalog")).spec).toMatchObject({
      maxUnavailable: 1,
      selector: { matchLabels: selector },
    });
    expect((await manifest("service", "catalog")).spec).toMatchObject({
      clusterIP: "None",
      publishNotReadyAddresses: false,
      selector,
    });
  });

  test("at most one on a node is a rule, not a wish", async () => {
    const spec = { ...workload, replicas: 3, maxReplicasPerNode: 1 };
    kubernetes().replicatedService("catalog", spec, { parent });
    const { affinity } = (await podOf("deployment", "catalog")).spec;
    expect(affinity).toHaveProperty([
      "podAntiAffinity",
      "requiredDuringSchedulingIgnoredDuringExecution",
    ]);
  });

  test("where replicas follow their load, nobody else gives their number", async () => {
    const autoscaling = { minReplicas: 2, maxReplicas: 8, cpuCores: 0.5, metricsPort: 8080 };
    kubernetes().replicatedService(
      "catalog",
      { ...workload, replicas: 2, autoscaling },
      { parent },
    );
    expect((await manifest("deployment", "catalog")).spec).not.toHaveProperty("replicas");
    expect((await manifest("autoscaler", "catalog")).spec).toMatchObject({
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
    const cluster = kubernetes();
    cluster.replicatedService("one", { ...workload, replicas: 2 }, { parent });
    const before = (await podOf("deployment", "one")).metadata.annotations;
    recording = await recordResources();
    parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    kubernetes().replicatedService("one", { ...workload, replicas: 3 }, { parent });
    expect((await podOf("deployment", "one")).metadata.annotations).toEqual(before);
    expect(before["ha-store/specification"]).toMatch(/^[0-9a-f]{12}$/);
  });

  test("a daemon runs on each node; its ports keep the client's address", async () => {
    const ports = [{ target: 8080, published: 30080 }];
    kubernetes({ exposure: "nodePort" }).daemon("edge", { ...workload, ports }, { parent });
    expect((await manifest("daemonSet", "edge")).spec).toMatchObject({
      updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect((await manifest("service", "edge-published")).spec).toMatchObject({
      type: "NodePort",
      externalTrafficPolicy: "Local",
      ports: [{ targetPort: 8080, port: 30080, nodePort: 30080 }],
    });
    expect((await manifest("policy", "edge-published")).spec).toMatchObject({
      ingress: [{ ports: [{ protocol: "TCP", port: 8080 }] }],
    });
  });

  test("with a cloud's balancer, ports are its own, and its hosts are told", async () => {
    const cluster = kubernetes();
    cluster.daemon("edge", { ...workload, ports: [{ target: 8080, published: 80 }] }, { parent });
    const { spec } = await manifest("service", "edge-published");
    expect(spec).toMatchObject({ type: "LoadBalancer", ports: [{ targetPort: 8080, port: 80 }] });
    expect(JSON.stringify(spec)).not.toContain("nodePort");
    expect(Object.keys(cluster.publishedHosts)).toEqual(["edge"]);
  });

  test("members have names, zones, environments and volumes of their own, and one budget", async () => {
    const members = [
      { name: "db-1", zone: "zone-1", environment: { MEMBER: "db-1" } },
      { name: "db-2", zone: "zone-2", environment: { MEMBER: "db-2" } },
    ];
    const spec = { ...workload, environment: { A: "1" }, members, volumePath: "/data" };
    const made = kubernetes({ storageClass: "fast", volumeGiB: 3 }).statefulSet("db", spec, {
      parent,
    });
    expect(made.map(({ dnsName }) => dnsName)).toEqual(["db-1", "db-2"]);
    const second = await manifest("statefulSet", "db-2");
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
    const pod = await podOf("statefulSet", "db-2");
    expect(JSON.stringify(pod.spec.affinity)).toContain('"values":["zone-2"]');
    expect(pod.spec.containers[0]).toMatchObject({
      env: [
        { name: "A", value: "1" },
        { name: "MEMBER", value: "db-2" },
      ],
      volumeMounts: [{ name: "data", mountPath: "/data" }],
    });
    expect((await manifest("service", "db-2")).spec).toMatchObject({
      publishNotReadyAddresses: true,
    });
    const budget = await manifest<{ spec: { selector: { matchLabels: object } } }>(
      "budget",
      "db-members",
    );
    expect(pod.metadata.labels).toMatchObject(budget.spec.selector.matchLabels);
    expect(recording.one(kinds.statefulSet, "db-1").options.deleteBeforeReplace).toBe(true);
  });

  test("names are given in full, for resolvers that know no search domain", () => {
    const cluster = kubernetes({ clusterDomain: "cluster.example" });
    expect(cluster.replicasHost("catalog")).toBe("catalog.shop.svc.cluster.example");
    expect(cluster.memberHost("db-1")).toBe("db-1.shop.svc.cluster.example");
  });

  test("in a preview nothing waits for the cluster", async () => {
    const spec = { ...workload, replicas: 2 };
    const { ready } = kubernetes().replicatedService("catalog", spec, { parent });
    expect(await promiseOf(ready.apply(() => true))).toBe(true);
  });
});
