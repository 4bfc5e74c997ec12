import { ChangeWatch } from "../../components/orchestrator/kubernetes/change-watch.ts";
import { clusterApi } from "../../components/orchestrator/kubernetes/cluster-api.ts";
import { specificationAnnotation } from "../../components/orchestrator/kubernetes/names.ts";
import {
  type RolloutOptions,
  waitForRollout,
} from "../../components/orchestrator/kubernetes/rollout.ts";
import type { RolloutTarget } from "../../components/orchestrator/kubernetes/rollout-state.ts";
import { RolloutError } from "../../components/orchestrator/rollout-error.ts";
import { type ClusterServer, type Respond, serveCluster } from "./support/cluster-server.ts";

const deployments = "/apis/apps/v1/namespaces/shop/deployments/catalog";
const statefulSets = "/apis/apps/v1/namespaces/shop/statefulsets/db-1";
const daemonSets = "/apis/apps/v1/namespaces/shop/daemonsets/edge";
const pods = "/api/v1/namespaces/shop/pods";
const events = "/api/v1/namespaces/shop/events";
const deployment: RolloutTarget = { kind: "Deployment", namespace: "shop", name: "catalog" };

let server: ClusterServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Rolls out against a cluster that answers so; gives the messages and the error, if there was one. */
async function rollOut(answers: Record<string, Respond>, options: Partial<RolloutOptions> = {}) {
  server = await serveCluster({ [pods]: () => ({ items: [] }), ...answers });
  const said: string[] = [];
  const api = await clusterApi({ kubeconfig: server.kubeconfig });
  const target = options.target ?? deployment;
  const error = await new ChangeWatch(api.watch, "shop")
    .during(target.name, (changes) =>
      waitForRollout(api, {
        specification: "wanted",
        timeoutSeconds: 0,
        progress: (message) => said.push(message),
        ...options,
        target,
        changes,
      }),
    )
    .then(
      () => undefined,
      (reason) => reason as Error,
    );
  return { said, error };
}

/** Gives one answer after the other, the last one for ever. */
function inOrder(...answers: object[]): Respond {
  let at = 0;
  return () => answers[Math.min(at++, answers.length - 1)] ?? {};
}

function deploymentWith(status: object, replicas = 3) {
  return { metadata: { generation: 2 }, spec: { replicas }, status };
}

function pod(
  name: string,
  container: object,
  more: { conditions?: object[]; version?: string } = {},
) {
  return {
    metadata: {
      name,
      namespace: "shop",
      annotations: { [specificationAnnotation]: more.version ?? "wanted" },
    },
    spec: { nodeName: "node2" },
    status: { phase: "Running", conditions: more.conditions, containerStatuses: [container] },
  };
}

const crashing = {
  restartCount: 4,
  state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
  lastState: { terminated: { exitCode: 7, reason: "Error" } },
};

describe("it waits until every pod is of the wanted version and ready", () => {
  const patient = { timeoutSeconds: 30 };

  test("a Deployment: seen, all updated and available, none left of the version before", async () => {
    const { said, error } = await rollOut(
      {
        [deployments]: inOrder(
          deploymentWith({
            observedGeneration: 1,
            replicas: 3,
            updatedReplicas: 3,
            availableReplicas: 3,
          }),
          deploymentWith({
            observedGeneration: 2,
            replicas: 4,
            updatedReplicas: 1,
            availableReplicas: 3,
          }),
          deploymentWith({
            observedGeneration: 2,
            replicas: 4,
            updatedReplicas: 3,
            availableReplicas: 4,
          }),
          deploymentWith({
            observedGeneration: 2,
            replicas: 3,
            updatedReplicas: 3,
            availableReplicas: 3,
          }),
        ),
      },
      patient,
    );
    expect(error).toBeUndefined();
    expect(said).toEqual([
      "not seen by the cluster yet",
      "1 of 3 ready, 3 of the previous version left",
      "3 of 3 ready, 1 of the previous version left",
    ]);
  });

  test("a StatefulSet: its revision is the current one", async () => {
    const set = (status: object) => ({
      metadata: { generation: 1 },
      spec: { replicas: 1 },
      status: { observedGeneration: 1, ...status },
    });
    const { said, error } = await rollOut(
      {
        [statefulSets]: inOrder(
          set({ readyReplicas: 1, currentRevision: "a", updateRevision: "b" }),
          set({ readyReplicas: 0, currentRevision: "b", updateRevision: "b" }),
          set({ readyReplicas: 1, currentRevision: "b", updateRevision: "b" }),
        ),
      },
      { ...patient, target: { kind: "StatefulSet", namespace: "shop", name: "db-1" } },
    );
    expect(error).toBeUndefined();
    expect(said).toEqual(["1 of 1 ready, 1 of the previous version left", "0 of 1 ready"]);
  });

  test("a DaemonSet: on every node that takes it", async () => {
    const daemon = (status: object) => ({
      metadata: { generation: 1 },
      status: { observedGeneration: 1, desiredNumberScheduled: 3, ...status },
    });
    const { said, error } = await rollOut(
      {
        [daemonSets]: inOrder(
          daemon({ updatedNumberScheduled: 2, numberAvailable: 3 }),
          daemon({ updatedNumberScheduled: 3, numberAvailable: 3 }),
        ),
      },
      { ...patient, target: { kind: "DaemonSet", namespace: "shop", name: "edge" } },
    );
    expect(error).toBeUndefined();
    expect(said).toEqual(["2 of 3 ready, 1 of the previous version left"]);
  });
});

describe("it fails, and says of what", () => {
  const stuck = () => deploymentWith({ observedGeneration: 2, replicas: 3, updatedReplicas: 1 });

  test("containers that keep ending: pod, node, reason, warnings and the last log lines", async () => {
    const { error } = await rollOut(
      {
        [deployments]: stuck,
        [pods]: (query) => {
          expect(query.get("labelSelector")).toBe("app.kubernetes.io/name=catalog");
          return { items: [pod("catalog-b-2", crashing)] };
        },
        // The container that has begun since has said nothing yet.
        [`${pods}/catalog-b-2/log`]: (query) =>
          query.get("previous") === "true"
            ? "starting\ncan't reach db:5432: Zeitüberschreitung\n"
            : "",
        [events]: (query) => {
          expect(query.get("fieldSelector")).toContain("involvedObject.name=catalog-b-2");
          return { items: [{ reason: "BackOff", message: "restarting failed container" }] };
        },
      },
      { timeoutSeconds: 30 },
    );
    expect(error).toBeInstanceOf(RolloutError);
    expect(error?.message.split("\n")).toEqual([
      "roll-out of Deployment shop/catalog failed: its container was restarted 4 times",
      "pod catalog-b-2 on node node2 is Running: CrashLoopBackOff: back-off 40s; it ended with code 7 (Error)",
      "  BackOff: restarting failed container",
      "its last log lines:",
      "  starting",
      "  can't reach db:5432: Zeitüberschreitung",
    ]);
  });

  test("an image that nobody has", async () => {
    const waiting = { reason: "ImagePullBackOff", message: 'Back-off pulling image "catalog:1"' };
    const { error } = await rollOut(
      {
        [deployments]: stuck,
        [pods]: () => ({ items: [pod("catalog-b-1", { restartCount: 0, state: { waiting } })] }),
      },
      { timeoutSeconds: 30 },
    );
    expect(error?.message).toContain('ImagePullBackOff: Back-off pulling image "catalog:1"');
    expect(error?.message).toContain("it logged nothing");
  });

  test("a pod that finds no place: the scheduler's words, which name an unbound volume", async () => {
    const message = "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.";
    const conditions = [{ type: "PodScheduled", status: "False", message }];
    const { error } = await rollOut({
      [deployments]: stuck,
      [pods]: () => ({ items: [pod("catalog-b-1", {}, { conditions })] }),
    });
    expect(error?.message).toContain("not complete after 0 s (0 of 3 ready");
    expect(error?.message).toContain(message);
  });

  describe("a full quota, where there is not even a pod", () => {
    const refusal = (resourceVersion: string) => ({
      items: [
        {
          metadata: { uid: "a", resourceVersion },
          reason: "FailedCreate",
          message: "exceeded quota: pods=10",
        },
      ],
    });
    const withEvents = (answer: Respond) => ({
      [deployments]: stuck,
      "/apis/apps/v1/namespaces/shop/replicasets": () => ({
        items: [{ metadata: { name: "catalog-b" } }],
      }),
      [events]: (query: URLSearchParams, body: unknown) => {
        expect(query.get("fieldSelector")).toContain("involvedObject.kind=ReplicaSet");
        return answer(query, body);
      },
    });

    test("is told when time is up", async () => {
      const { error } = await rollOut(withEvents(() => refusal("1")));
      expect(error?.message).toContain("FailedCreate: exceeded quota: pods=10");
    });

    test("is not waited for when it refuses a pod again", async () => {
      const { error } = await rollOut(withEvents(inOrder(refusal("1"), refusal("2"))), {
        timeoutSeconds: 30,
        quotaLookMilliseconds: 1,
      });
      expect(error?.message).toContain("its pods are refused: raise the quota");
      expect(error?.message).toContain("FailedCreate: exceeded quota: pods=10");
    });

    test("is none where nothing is refused any more", async () => {
      const { error } = await rollOut(
        withEvents(() => refusal("1")),
        {
          timeoutSeconds: 2,
          quotaLookMilliseconds: 1,
        },
      );
      expect(error?.message).toContain("not complete after 2 s");
    });
  });

  test("what failed in an earlier version does not count", async () => {
    const { error } = await rollOut({
      [deployments]: stuck,
      [pods]: () => ({ items: [pod("catalog-a-1", crashing, { version: "earlier" })] }),
    });
    expect(error?.message).toContain("not complete after 0 s");
    expect(error?.message).not.toContain("catalog-a-1");
  });

  test("a workload that somebody has removed", async () => {
    const { error } = await rollOut({});
    expect(error?.message).toBe("roll-out of Deployment shop/catalog failed: it is gone");
  });
});
