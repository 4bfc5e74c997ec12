import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import type { V1Pod, V1Status } from "@kubernetes/client-node";
import type { ClusterApi } from "../../components/orchestrator/kubernetes/cluster-api.ts";
import { nameLabel } from "../../components/orchestrator/kubernetes/names.ts";
import { isReady } from "../../components/orchestrator/kubernetes/pod-report.ts";
import type { ClusterCommand, OutputListener } from "./platform.ts";

/** A command for a pod of a workload. */
export interface PodCommand extends ClusterCommand {
  namespace: string;
  /** Labels that all pods of the stack have. */
  labelSelector: string;
}

/**
 * Runs a command in a pod of a workload, as `kubectl exec` does.
 *
 * @returns its exit code
 * @throws Error when no pod of it runs, or the connection to it is lost
 */
export async function runInPod(api: ClusterApi, options: PodCommand): Promise<number> {
  const { namespace, service, command, environment = {}, onOutput } = options;
  const pod = await runningPod(api, options);
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const words = variables.length > 0 ? ["env", ...variables, ...command] : command;
  const container = pod.spec?.containers[0]?.name ?? "";
  const outputs = [listen("stdout", onOutput), listen("stderr", onOutput)] as const;
  const where = `\`${command[0]}\` in the pod ${pod.metadata?.name} of ${service}`;
  const status = await new Promise<V1Status>((resolve, reject) => {
    api.exec
      .exec(namespace, pod.metadata?.name ?? "", container, words, ...outputs, null, false, resolve)
      .then((socket) => {
        socket.on("close", () => reject(new Error(`the connection to ${where} was lost`)));
      }, reject);
  });
  for (const output of outputs) output.end();
  await Promise.all(outputs.map((output) => finished(output)));
  if (status.status === "Success") return 0;
  const cause = status.details?.causes?.find(({ reason }) => reason === "ExitCode");
  if (!cause) throw new Error(`${where} could not be run: ${status.message}`);
  return Number(cause.message);
}

function listen(stream: "stdout" | "stderr", onOutput: OutputListener): PassThrough {
  const output = new PassThrough({ encoding: "utf8" });
  output.on("data", (text: string) => onOutput(text, stream));
  return output;
}

/** One that serves, or at least runs: a database that is not ready may be what is asked about. */
async function runningPod(api: ClusterApi, options: PodCommand): Promise<V1Pod> {
  const { namespace, service, node } = options;
  const labelSelector = `${options.labelSelector},${nameLabel}=${service}`;
  const { items } = await api.core.listNamespacedPod({ namespace, labelSelector });
  const running = items
    .filter(({ status, metadata }) => status?.phase === "Running" && !metadata?.deletionTimestamp)
    .filter(({ spec }) => node === undefined || spec?.nodeName === node)
    .toSorted((a, b) => Number(isReady(b)) - Number(isReady(a)));
  const [pod] = running;
  if (pod) return pod;
  throw new Error(`no pod of ${service} runs${node === undefined ? "" : ` on ${node}`}`);
}
