import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  kubectl,
  kubernetesDown,
  kubernetesStatus,
  kubernetesUp,
  type SwarmNode,
} from "../lab/index.ts";
import { withLab } from "./lab.ts";
import { ManifestStack } from "./manifest-stack.ts";
import { inSeconds, judge, timed } from "./report.ts";
import { StoreStack } from "./store-stack.ts";
import { answers } from "./until-serving.ts";

const bound = 1.3;
const stack = "kubernetes";
const namespace = `ha-store-${stack}`;
const nodePort = 30080;
const pollMilliseconds = 300;

/**
 * Cold `pulumi up` against `kubectl apply` of the rendered manifests and `kubectl rollout status`. Both
 * find the images in the registry and on the nodes, an empty cluster and no data; both end when all that
 * is asked for serves and every node's edge answers.
 */
export function benchKubernetes(home: string, runs: number): Promise<boolean> {
  return withLab(1, async ({ dockerHost }: SwarmNode) => {
    if (await kubernetesStatus()) {
      throw new Error("a lab runs already: remove it first (npm run lab -- kubernetes down)");
    }
    try {
      const lab = await kubernetesUp({ nodes: 3, log: console.log });
      process.env.KUBECONFIG = lab.kubeconfig;
      const edges = lab.nodes.map(({ address }) => `http://${address}:${nodePort}/`);
      return await compare(new StoreStack(stack, dockerHost), { home, runs, edges });
    } finally {
      await kubernetesDown({ log: console.log });
    }
  });
}

interface Course {
  home: string;
  runs: number;
  edges: string[];
}

async function compare(store: StoreStack, { home, runs, edges }: Course): Promise<boolean> {
  console.log("building, pushing and pulling the images by a first `npm run up` ...");
  await store.command("up");
  const folder = join(home, "manifests");
  await store.command("render", "--with-secrets", "--output", folder);
  await store.command("down", "--yes", "--delete-data");
  await untilNoVolumes();

  const peer = new ManifestStack(folder, namespace);
  const up: number[] = [];
  const apply: number[] = [];
  for (let run = 1; run <= runs; run++) {
    const operation = await store.operation("up", "--yes", "--skip-preview");
    up.push(await untilServing(operation, edges));
    await store.command("down", "--yes", "--delete-data");
    await untilNoVolumes();
    apply.push(await untilServing(() => peer.apply(), edges));
    await peer.remove();
    await untilNoVolumes();
    const newest = [up, apply].map((series) => inSeconds(series.at(-1) ?? 0));
    console.log(`run ${run}: ${newest.join(", ")}`);
  }
  return judge({
    title: `Cold start of the stack ${stack} (${peer.workloads} workloads), images built before`,
    subject: { name: "pulumi up", seconds: up },
    peer: { name: "kubectl apply and rollout status", seconds: apply },
    bound,
  });
}

function untilServing(bringUp: () => Promise<unknown>, edges: string[]): Promise<number> {
  return timed(async () => {
    await bringUp();
    for (const edge of edges) await untilAnswers(edge);
  });
}

async function untilAnswers(edge: string): Promise<void> {
  while (!(await answers(edge))) await setTimeout(pollMilliseconds);
}

/** The next run is to find no data, and the disk as it was. */
async function untilNoVolumes(): Promise<void> {
  while ((await kubectl(["get", "persistentvolumes", "-o", "name"])) !== "") {
    await setTimeout(pollMilliseconds);
  }
}
