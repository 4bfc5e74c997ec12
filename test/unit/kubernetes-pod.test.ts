import type * as pulumi from "@pulumi/pulumi";
import { promiseOf } from "../support/pulumi-mocks.ts";
import { KubernetesRecording, workload } from "./support/kubernetes.ts";

let made: KubernetesRecording;
let parent: pulumi.Resource;
beforeEach(async () => {
  made = await KubernetesRecording.start();
  parent = made.parent;
});

describe("a pod", () => {
  test("is restricted: no root, no capabilities, nothing to write on, no token", async () => {
    made
      .orchestrator()
      .replicatedService("catalog", { ...workload, user: "999:998", replicas: 2 }, { parent });
    const { spec } = await made.podOf("deployment", "catalog");
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
    const cluster = made.orchestrator();
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
    const { volumes, containers } = (await made.podOf("deployment", "catalog")).spec;
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
    const cluster = made.orchestrator();
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
    const [container] = (await made.podOf("deployment", "catalog")).spec.containers;
    expect(container?.args).toEqual(["serve", "$$(HOME)"]);
    expect(container?.env).toEqual([
      { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      { name: "COMMAND", value: "echo $$(PORT) $$$$" },
    ]);
  });

  test("has the weight of what it reserves, or a little one", async () => {
    const cluster = made.orchestrator();
    const reserving = (cpuReservation?: number, cpuLimit?: number) => ({
      ...workload,
      replicas: 2,
      resources: { memoryLimitMiB: 128, cpuReservation, cpuLimit },
    });
    cluster.replicatedService("few", reserving(), { parent });
    cluster.replicatedService("more", reserving(0.1), { parent });
    cluster.replicatedService("many", reserving(6), { parent });
    cluster.replicatedService("limited", reserving(undefined, 0.01), { parent });
    const cores = async (name: string) => {
      const [container] = (await made.podOf("deployment", name)).spec.containers;
      const resources = container?.resources as Record<string, { cpu: string }> | undefined;
      return [resources?.requests?.cpu, resources?.limits?.cpu];
    };
    expect(await cores("few")).toEqual(["25m", "4000m"]);
    expect(await cores("more")).toEqual(["100m", "4000m"]);
    expect(await cores("many")).toEqual(["6000m", "6000m"]);
    expect(await cores("limited")).toEqual(["10m", "10m"]);
  });

  test("is asked three different questions", async () => {
    const healthCheck = {
      command: ["healthcheck"],
      startPeriodSeconds: 60,
      alive: { port: 8080, path: "/healthz" },
    };
    made
      .orchestrator()
      .replicatedService("catalog", { ...workload, healthCheck, replicas: 2 }, { parent });
    const [container] = (await made.podOf("deployment", "catalog")).spec.containers;
    const exec = { command: ["healthcheck"] };
    expect(container).toMatchObject({
      startupProbe: {
        httpGet: { port: 8080, path: "/healthz" },
        periodSeconds: 5,
        failureThreshold: 17,
      },
      readinessProbe: { exec, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 2 },
      livenessProbe: { httpGet: { port: 8080, path: "/healthz" }, failureThreshold: 6 },
    });
  });

  test("is asked by the kubelet itself where it can be: a command is a process each time", async () => {
    const healthCheck = { command: ["healthcheck"], ready: { port: 8080, path: "/readyz" } };
    made
      .orchestrator()
      .replicatedService("catalog", { ...workload, healthCheck, replicas: 2 }, { parent });
    const [container] = (await made.podOf("deployment", "catalog")).spec.containers;
    expect(container).toMatchObject({ startupProbe: { exec: { command: ["healthcheck"] } } });
    expect(container).toMatchObject({
      readinessProbe: { httpGet: { port: 8080, path: "/readyz" }, failureThreshold: 5 },
    });
    expect(container).not.toHaveProperty("readinessProbe.exec");
  });

  test("is never restarted for what it depends on: without an answer of its own nobody asks", async () => {
    const healthCheck = { command: ["healthcheck"] };
    made
      .orchestrator()
      .replicatedService("catalog", { ...workload, healthCheck, replicas: 2 }, { parent });
    const [container] = (await made.podOf("deployment", "catalog")).spec.containers;
    expect(container).toHaveProperty("readinessProbe");
    expect(container).not.toHaveProperty("livenessProbe");
  });
});
