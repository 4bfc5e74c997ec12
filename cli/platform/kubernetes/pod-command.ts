import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import type { V1Pod, V1Status } from "@kubernetes/client-node";
import type { ClusterApi } from "../../../components/orchestrator/kubernetes/cluster-api.ts";
import type { OutputListener } from "../platform.ts";

/**
 * Runs a command in a pod's first container, as `kubectl exec` does.
 *
 * @returns its exit code
 * @throws Error when it can't be started, or the connection to it is lost
 */
export async function execInPod(
  api: ClusterApi,
  { metadata, spec }: V1Pod,
  command: string[],
  onOutput: OutputListener,
): Promise<number> {
  const { name = "", namespace = "" } = metadata ?? {};
  const container = spec?.containers[0]?.name ?? "";
  const outputs = [listen("stdout", onOutput), listen("stderr", onOutput)] as const;
  const where = `\`${command[0]}\` in the pod ${name}`;
  const status = await new Promise<V1Status>((resolve, reject) => {
    api.exec
      .exec(namespace, name, container, command, ...outputs, null, false, resolve)
      .then((socket) => {
        socket.on("close", () => reject(new Error(`the connection to ${where} was lost`)));
      })
      .catch((error: unknown) => reject(new Error(`${where} can't be run: ${String(error)}`)));
  });
  for (const output of outputs) output.end();
  await Promise.all(outputs.map((output) => finished(output)));
  if (status.status === "Success") return 0;
  const cause = status.details?.causes?.find(({ reason }) => reason === "ExitCode");
  if (!cause) throw new Error(`${where} can't be run: ${status.message}`);
  return Number(cause.message);
}

function listen(stream: "stdout" | "stderr", onOutput: OutputListener): PassThrough {
  const output = new PassThrough({ encoding: "utf8" });
  output.on("data", (text: string) => onOutput(text, stream));
  return output;
}
