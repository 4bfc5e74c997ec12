import { execFileSync } from "node:child_process";
import type { KubernetesStatus } from "../../lab/kubernetes/status.ts";
import type { LabStatus } from "../../lab/swarm/status.ts";
import { refuseExistingLab, script, succeed, lab as swarm } from "../stack/support/scripts.ts";
import { hostState } from "../support/host-state.ts";
import { until } from "../support/until.ts";
import { inPod, kubectl, lab, readyPods } from "./support/cluster.ts";

const apply = (fixture: string) =>
  kubectl("apply", "-f", `test/kubernetes/fixture/${fixture}.yaml`);
const rolledOut = (what: string) => kubectl("rollout", "status", what, "--timeout=60s");

const status = async (): Promise<KubernetesStatus> => JSON.parse(await lab("status", "--json"));
const statesOf = async () =>
  (await status()).nodes.map(({ state, cluster }) => `${state} ${cluster?.ready}`);
const allReady = async () => (await statesOf()).every((state) => state === "running true");

const question = `fetch("http://web", { signal: AbortSignal.timeout(2_000) })
  .then((answer) => answer.text()).then(console.log)`;

/** Asks the Service once, from inside a pod. */
const ask = (pod: string) => inPod(pod, "node", "-e", question);

/** Undefined where the test must not touch the labs that are there. */
let before: ReturnType<typeof hostState> | undefined;

beforeAll(async () => {
  await refuseExistingLab("kubernetes");
  await refuseExistingLab("swarm");
  before = hostState();
});

afterAll(async () => {
  if (!before) return;
  await lab("down");
  await swarm("down");
});

describe("the Kubernetes lab", () => {
  test("comes up beside a Swarm lab with one node, and grows to three in three zones", async () => {
    await swarm("up");
    await lab("up");
    await lab("up", "--nodes", "3");
    expect(await statesOf()).toEqual(Array(3).fill("running true"));
    const zone = "{.items[*].metadata.labels.topology\\.kubernetes\\.io/zone}";
    expect(await kubectl("get", "nodes", "-o", `jsonpath=${zone}`)).toBe("zone-1 zone-2 zone-3");
  }, 900_000);

  test("is found by any client through its kubeconfig", async () => {
    const file = (await lab("kubeconfig")).trim();
    const { stateFolder, nodes } = await status();
    const client = `${stateFolder}/shared/bin/kubectl`;
    const names = ["--kubeconfig", file, "get", "nodes", "-o", "name"];
    const env = { ...process.env, KUBECACHEDIR: `${stateFolder}/client-cache` };
    const answer = execFileSync(client, names, { encoding: "utf8", env });
    expect(answer.trim().split("\n")).toEqual(nodes.map(({ name }) => `node/${name}`));
  });

  test("has a registry that a Docker engine beside it pushes to and the nodes pull from", async () => {
    const [engine] = (JSON.parse(await swarm("status", "--json")) as LabStatus).nodes;
    const image = `${(await status()).registry}/tools:1`;
    await succeed("base-images/main.ts", "-H", engine?.dockerHost ?? "", "node:24-trixie-slim");
    await swarm("exec", "1", "--", "docker", "tag", "node:24-trixie-slim", image);
    await swarm("exec", "1", "--", "docker", "push", image);
    // The other lab goes, which made this machine forward packets: that has to stay.
    await swarm("down");
    await apply("web");
    await rolledOut("deployment/web");
    await rolledOut("daemonset/client");
    const nodes = (await readyPods("app=web")).map(({ node }) => node).sort();
    expect(nodes).toEqual(["node1", "node2", "node3"]);
  }, 180_000);

  test("serves names and addresses of services on every node, and all replicas answer", async () => {
    const replicas = (await readyPods("app=web")).map(({ name }) => name).sort();
    const clients = await readyPods("app=client");
    expect(clients).toHaveLength(3);
    for (const { name, node } of clients) {
      const seen = new Set<string>();
      await until(
        `${node} sees all replicas`,
        async () => {
          const answer = await ask(name);
          if (answer) seen.add(answer);
          return seen.size === replicas.length;
        },
        60,
      );
      expect([...seen].sort()).toEqual(replicas);
    }
  }, 200_000);

  test("shows a service on a port of every node to this machine", async () => {
    for (const { address } of (await status()).nodes) {
      const answer = await fetch(`http://${address}:30080/`);
      expect(await answer.text()).toMatch(/^web-/);
    }
  });

  test("refuses names that do not exist at once", async () => {
    const [client] = await readyPods("app=client");
    const started = performance.now();
    expect(await inPod(client?.name ?? "", "getent", "hosts", "nosuch.invalid")).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test("measures what nodes and pods take, for autoscalers", async () => {
    await until(
      "all nodes are measured",
      async () => {
        const nodes = await kubectl("get", "--raw", "/apis/metrics.k8s.io/v1beta1/nodes");
        return (JSON.parse(nodes) as { items: unknown[] }).items.length === 3;
      },
      60,
    );
  }, 90_000);

  test("keeps a volume's data when its pod is deleted", async () => {
    await apply("disk");
    await rolledOut("statefulset/disk");
    expect(await inPod("disk-0", "sh", "-c", "echo kept >/data/note")).toBe("");
    await kubectl("delete", "pod", "disk-0");
    await rolledOut("statefulset/disk");
    expect(await inPod("disk-0", "cat", "/data/note")).toBe("kept");
  }, 120_000);

  test("removes a volume with its claim", async () => {
    await kubectl("delete", "statefulset", "disk");
    await kubectl("delete", "persistentvolumeclaim", "data-disk-0");
    await until(
      "the volume is gone",
      async () => (await kubectl("get", "persistentvolumes", "-o", "name")) === "",
      30,
    );
  }, 60_000);

  test("forbids what a network policy forbids, and nothing else", async () => {
    const [friend, stranger] = (await readyPods("app=client")).map(({ name }) => name);
    if (!friend || !stranger) throw new Error("there are no two clients");
    expect(await ask(stranger)).toMatch(/^web-/);
    await kubectl("label", "pod", friend, "role=friend");
    await apply("policy");
    await until("the stranger is refused", async () => !(await ask(stranger)), 30);
    await until("the friend is served", async () => Boolean(await ask(friend)), 30);
    await kubectl("delete", "-f", "test/kubernetes/fixture/policy.yaml");
    await until("the stranger is served again", async () => Boolean(await ask(stranger)), 30);
  }, 120_000);

  test("starts replicas elsewhere when a node loses its power, and takes it back", async () => {
    await lab("node", "stop", "3");
    await until("node 3 is missed", async () => (await statesOf())[2] === "stopped false", 30);
    await until(
      "three replicas are ready without it",
      async () => {
        const nodes = (await readyPods("app=web")).map(({ node }) => node);
        return nodes.length === 3 && !nodes.includes("node3");
      },
      60,
    );
    await lab("node", "start", "3");
    expect(await allReady()).toBe(true);
    await rolledOut("daemonset/client");
    const returned = (await readyPods("app=client")).find(({ node }) => node === "node3");
    await until("it reaches services", async () => Boolean(await ask(returned?.name ?? "")), 60);
  }, 240_000);

  test("cuts a node's network link and heals it", async () => {
    await lab("node", "cut", "2");
    await until("node 2 is cut off", async () => (await statesOf())[1] === "cut false", 30);
    expect(await lab("exec", "2", "--", "hostname")).toBe("node2\n");
    await lab("node", "heal", "2");
    await until("all nodes are ready", allReady, 30);
  }, 90_000);

  test("pauses a node and continues it", async () => {
    await lab("node", "pause", "1");
    await until("node 1 is missed", async () => (await statesOf())[0] === "paused false", 30);
    await lab("node", "heal", "1");
    await until("all nodes are ready", allReady, 60);
  }, 120_000);

  test("changes nothing when it is brought up again", async () => {
    const pods = () => kubectl("get", "pods", "--all-namespaces", "-o", "name");
    // Those of nodes that were lost may still be on their way out.
    const leaving = "{.items[?(@.metadata.deletionTimestamp)].metadata.name}";
    await until(
      "no pod is leaving",
      async () => !(await kubectl("get", "pods", "--all-namespaces", "-o", `jsonpath=${leaving}`)),
      60,
    );
    const known = await pods();
    await lab("up", "--nodes", "2");
    expect(await pods()).toBe(known);
    expect(await statesOf()).toHaveLength(3);
  }, 120_000);

  test("leaves nothing behind", async () => {
    await lab("down");
    expect(hostState()).toEqual(before);
    expect(await status()).toBeNull();
    expect((await script("lab/main.ts", "kubernetes", "down")).code).toBe(0);
  }, 120_000);

  test("says what is missing, and how to get it", async () => {
    const failure = async (...args: string[]) => {
      const { code, err } = await script("lab/main.ts", "kubernetes", ...args);
      expect(code).toBe(1);
      return err;
    };
    expect(await failure("node", "stop", "4")).toContain("kubernetes up --nodes 4");
    expect(await failure("up", "--nodes", "6")).toContain("whole number from 1 to 5");
    expect(await failure("kubeconfig")).toContain("kubernetes up");
    expect(await failure("kubectl", "--", "get", "nodes")).toContain("kubernetes up");
  });
});
