import { isReady, isStaying } from "../../../components/orchestrator/kubernetes/readiness.ts";
import { script, succeed } from "../../stack/support/scripts.ts";

/** `kubernetes ...` of the lab. */
export const lab = (...args: string[]): Promise<string> =>
  succeed("lab/main.ts", "kubernetes", ...args);

/** The lab's own `kubectl`, as administrator. */
export const kubectl = (...args: string[]): Promise<string> => lab("kubectl", "--", ...args);

/** A pod that is ready. */
export interface ReadyPod {
  name: string;
  node: string;
}

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { nodeName: string };
  status: { conditions?: { type: string; status: string }[] };
}

/** Those with a label (`app=web`) that are ready and stay. */
export async function readyPods(label: string, ...options: string[]): Promise<ReadyPod[]> {
  const list = await kubectl("get", "pods", "-l", label, "-o", "json", ...options);
  const { items } = JSON.parse(list) as { items: Pod[] };
  return items
    .filter((pod) => isStaying(pod) && isReady(pod))
    .map(({ metadata, spec }) => ({ name: metadata.name, node: spec.nodeName }));
}

/**
 * Runs a command in a pod; its output, or undefined when it failed.
 * @param pod its name, after its namespace and a slash where that is not the default one
 */
export async function inPod(pod: string, ...command: string[]): Promise<string | undefined> {
  const [name = "", namespace = "default"] = pod.split("/").reverse();
  const exec = ["exec", `--namespace=${namespace}`, name, "--", ...command];
  const outcome = await script("lab/main.ts", "kubernetes", "kubectl", "--", ...exec);
  return outcome.code === 0 ? outcome.out.trim() : undefined;
}
