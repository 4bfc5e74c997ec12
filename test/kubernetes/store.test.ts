import { refuseExistingLab, lab as swarm } from "../stack/support/scripts.ts";
import { Release } from "../support/release.ts";
import { until } from "../support/until.ts";
import { Workspace } from "../support/workspace.ts";
import { inPod, kubectl, lab, type ReadyPod, readyPods } from "./support/cluster.ts";
import { changedKubeconfig, refusals } from "./support/refusals.ts";

const namespace = "ha-store-kubernetes";
const stack = ["--stack", "kubernetes"];
const inNamespace = `--namespace=${namespace}`;

/** The pods that serve of a workload. */
const podsOf = (workload: string) => readyPods(`app.kubernetes.io/name=${workload}`, inNamespace);

/** Whether a pod gets a connection. */
async function connects({ name }: ReadyPod, host: string, port: number): Promise<boolean> {
  const attempt = `exec 3<>/dev/tcp/${host}/${port} && echo connected`;
  const answer = await inPod(`${namespace}/${name}`, "timeout", "3", "bash", "-c", attempt);
  return answer === "connected";
}

/** What `status --json` says, as far as it is read here. */
interface Status {
  databases: { cluster: string; members: { name: string; role: string }[] }[];
}

async function firstPod(workload: string): Promise<ReadyPod> {
  const [pod] = await podsOf(workload);
  if (!pod) throw new Error(`${workload} has no pod that serves`);
  return pod;
}

/** The stack `kubernetes` on three nodes; a Swarm lab's engine builds its images. */
describe("the store on Kubernetes", () => {
  const workspace = new Workspace();
  let environment: Record<string, string> = {};
  let addresses: string[] = [];
  /** The engine that builds images. */
  let builder = "";
  let ours = false;

  const run = async (command: string, ...args: string[]) => {
    const result = await workspace.attemptWith(environment, command, ...args, ...stack);
    if (result.exitCode !== 0) throw new Error(result.all);
    return result;
  };
  const up = () => run("up");

  beforeAll(async () => {
    await refuseExistingLab("kubernetes");
    await refuseExistingLab("swarm");
    ours = true;
    await swarm("up");
    const { nodes: engines } = JSON.parse(await swarm("status", "--json"));
    builder = engines[0].dockerHost;
    await lab("up", "--nodes", "3");
    environment = { KUBECONFIG: (await lab("kubeconfig")).trim() };
    const { nodes } = JSON.parse(await lab("status", "--json")) as { nodes: { address: string }[] };
    addresses = nodes.map(({ address }) => `http://${address}:30080`);
  }, 900_000);

  afterAll(async () => {
    workspace.remove();
    if (!ours) return;
    await lab("down");
    await swarm("down");
  }, 120_000);

  test.each(refusals)(
    "is not begun on $name",
    async (refusal) => {
      const release = new Release();
      try {
        const lines = Object.entries(refusal.settings ?? {}).map(
          ([name, value]) => `  ha-store:${name}: ${value}\n`,
        );
        if (lines.length > 0) {
          release.edit("Pulumi.kubernetes.yaml", (text) => `${text}${lines.join("")}`);
        }
        const { KUBECONFIG = "" } = environment;
        const changed = await changedKubeconfig(KUBECONFIG, refusal, workspace.folder);
        const { exitCode, all } = await workspace
          .of(release.folder)
          .attemptWith({ KUBECONFIG: changed }, "up", ...stack);
        expect([exitCode, all]).toEqual([1, expect.stringMatching(refusal.says)]);
        expect(await kubectl("get", "namespaces", "-o", "name")).not.toContain(namespace);
      } finally {
        release.remove();
      }
    },
    120_000,
  );

  test("comes up by one command that prints its addresses", async () => {
    const { all, seconds } = await up();
    console.log(`up --stack kubernetes: ${seconds.toFixed(1)} s`);
    for (const address of addresses) expect(all).toContain(address);
  }, 1_200_000);

  test("is refused to whoever has another state, by the command and by the cluster", async () => {
    const stranger = new Workspace();
    const asked = await stranger.attemptWith(environment, "up", ...stack);
    const forced = ["pulumi", ...stack, "up", "--yes", "--skip-preview"] as const;
    const { all } = await stranger.attemptWith({ ...environment, DOCKER_HOST: builder }, ...forced);
    stranger.remove();
    const refused = expect.stringContaining("has a stack kubernetes that was not");
    expect([asked.exitCode, asked.all]).toEqual([1, refused]);
    expect(all).toMatch(/owned-by-another-state.*conflict.*data\.state/s);
    expect((await up()).all).toMatch(/Resources:\s+\d+ unchanged/);
  }, 300_000);

  test("answers at every node, from replicas of every node", async () => {
    const servers = new Set<string>();
    for (const address of addresses) {
      for (let request = 0; request < 6; request++) {
        const response = await fetch(address);
        expect(response.status).toBe(200);
        servers.add(response.headers.get("x-served-by") ?? "");
      }
    }
    expect(servers.size).toBe(3);
  });

  test("has a member of each database in each zone", async () => {
    for (const cluster of ["products-db", "shard-1", "shard-2"]) {
      const members = await readyPods(`ha-store/stateful-set=${cluster}`, inNamespace);
      expect([cluster, members.map(({ node }) => node).sort()]).toEqual([
        cluster,
        ["node1", "node2", "node3"],
      ]);
    }
  });

  test.each([
    ["storefront", "products-db", 5432],
    ["storefront", "cache-1", 6379],
    ["edge-balancer", "catalog", 8080],
    ["edge-balancer", "shard-1", 5432],
    ["storefront", "10.83.0.1", 443],
    ["catalog", "10.81.0.10", 5000],
  ])("lets %s not connect to %s:%i", async (from, host, port) => {
    expect(await connects(await firstPod(from), host, port)).toBe(false);
  });

  test.each([
    ["edge-balancer", "storefront", 8080],
    ["storefront", "catalog", 8080],
    ["catalog", "products-db", 5432],
  ])("lets %s connect to %s:%i", async (from, host, port) => {
    expect(await connects(await firstPod(from), host, port)).toBe(true);
  });

  test("is operated by the commands that Swarm's is", async () => {
    const primaryOf = async (cluster: string) => {
      // Ends with 1 while the former primary is on its way back.
      const { all } = await workspace.attemptWith(environment, "status", "--json", ...stack);
      const { databases } = JSON.parse(all) as Status;
      const members = databases.find((one) => one.cluster === cluster)?.members ?? [];
      return members.find(({ role }) => role === "primary")?.name;
    };
    const before = await primaryOf("shard-1");
    await run("switchover", "--cluster", "shard-1");
    expect(["shard-1-1", "shard-1-2", "shard-1-3"]).toContain(before);
    expect(await primaryOf("shard-1")).not.toBe(before);
    await run("backup", "--cluster", "shard-2");
    await run("shards", "status");
  }, 180_000);

  test("sells under load, and its books are right", async () => {
    const { all } = await run("load", "--rate", "3", "--duration", "20s");
    expect(all).toMatch(/all \d+ acknowledged orders are there once/);
  }, 180_000);

  test("is not changed by a second `up`, also after a failover and after pods were replaced", async () => {
    await kubectl("rollout", "restart", inNamespace, "deployment/catalog");
    await kubectl("rollout", "status", inNamespace, "deployment/catalog", "--timeout=240s");
    await kubectl("delete", "pod", inNamespace, "products-db-1-0");
    await until(
      "the database's member is back",
      async () => (await podsOf("products-db-1")).some(({ name }) => name === "products-db-1-0"),
      120,
    );
    const { all, seconds } = await up();
    console.log(`second up --stack kubernetes: ${seconds.toFixed(1)} s`);
    expect(all).toMatch(/Resources:\s+\d+ unchanged/);
  }, 600_000);

  test("is spread over the zones again by `up`, once a node that was drained takes pods", async () => {
    const spread = ["storefront", "catalog", "accounts", "orders"];
    const placesOfReplicas = () =>
      Promise.all(spread.map(async (name) => (await podsOf(name)).map(({ node }) => node).sort()));
    const selector = `app.kubernetes.io/name in (${spread.join(",")})`;
    const drain = ["drain", "node3", `--pod-selector=${selector}`, "--delete-emptydir-data"];
    await kubectl(...drain, "--ignore-daemonsets", "--timeout=120s");
    await until(
      "all replicas on the other nodes",
      async () => {
        const places = await placesOfReplicas();
        return places.every((nodes) => nodes.length === 3 && !nodes.includes("node3"));
      },
      120,
    );
    await kubectl("uncordon", "node3");
    const { all } = await up();
    expect(all).toMatch(/Resources:\s+\d+ unchanged/);
    expect(await placesOfReplicas()).toEqual(spread.map(() => ["node1", "node2", "node3"]));
  }, 600_000);

  test("rolls a new image out into the Deployment that is there, once the quota lets it", async () => {
    const uid = () =>
      kubectl("get", inNamespace, "deployment/catalog", "-o", "jsonpath={.metadata.uid}");
    const before = await uid();
    const release = new Release();
    const upAgain = () => workspace.of(release.folder).attemptWith(environment, "up", ...stack);
    try {
      release.extendImage("catalog", 'LABEL release="2"');
      await kubectl("create", "quota", "full", inNamespace, "--hard=pods=1");
      const refused = await upAgain();
      const why =
        /Deployment .*\/catalog failed: .*raise the quota.*FailedCreate.*exceeded quota: full/s;
      expect([refused.exitCode, refused.all]).toEqual([1, expect.stringMatching(why)]);
      expect(await podsOf("catalog")).toHaveLength(3);
      await kubectl("delete", "quota", "full", inNamespace);
      const { exitCode, all } = await upAgain();
      expect([exitCode, exitCode === 0 ? "" : all]).toEqual([0, ""]);
    } finally {
      release.remove();
    }
    expect(await uid()).toBe(before);
  }, 600_000);

  test("follows its load by an autoscaler, whose number `up` leaves alone", async () => {
    const replicas = async () =>
      Number(
        await kubectl("get", inNamespace, "deployment/catalog", "-o", "jsonpath={.spec.replicas}"),
      );
    const release = new Release();
    const commands = workspace.of(release.folder);
    const succeed = async (command: string, ...args: string[]) => {
      const { exitCode, all } = await commands.attemptWith(environment, command, ...args, ...stack);
      expect([exitCode, exitCode === 0 ? "" : all]).toEqual([0, ""]);
      return all;
    };
    const bounds = {
      minReplicas: 3,
      maxReplicas: 5,
      // Between what a replica takes when idle, 0.008 to 0.011, and under this load, from 0.022.
      cpuCores: 0.018,
      stabilizationWindowSeconds: 5,
    };
    release.edit(
      "Pulumi.kubernetes.yaml",
      (text) => `${text}  ha-store:autoscaling: ${JSON.stringify({ catalog: bounds })}\n`,
    );
    try {
      await succeed("up");
      expect(await replicas()).toBe(bounds.minReplicas);
      const load = succeed("load", "--rate", "10", "--duration", "120s");
      await until("a fourth replica", async () => (await replicas()) > bounds.minReplicas, 110);
      expect(await succeed("up")).toMatch(/Resources:\s+\d+ unchanged/);
      expect(await replicas()).toBeGreaterThan(bounds.minReplicas);
      expect(await load).toMatch(/all \d+ acknowledged orders are there once/);
      await until("three again", async () => (await replicas()) === bounds.minReplicas, 120);
    } finally {
      release.remove();
    }
  }, 600_000);

  test("goes, with its data", async () => {
    const down = [...stack, "--yes", "--delete-data"];
    const { exitCode, all } = await workspace.attemptWith(environment, "down", ...down);
    expect([exitCode, exitCode === 0 ? "" : all]).toEqual([0, ""]);
    await until(
      "no pod and no volume is left",
      async () => {
        const pods = await kubectl("get", "pods", inNamespace, "-o", "name");
        return `${pods}${await kubectl("get", "persistentvolumes", "-o", "name")}` === "";
      },
      120,
    );
  }, 600_000);
});
