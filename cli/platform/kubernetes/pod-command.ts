import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import type { V1Pod, V1Status } from "@kubernetes/client-node";
import type { ClusterApi } from "../../../components/orchestrator/kubernetes/cluster-api.ts";
import type { OutputListener } from "../platform.ts";

/** Ends a command with all that it has started once nobody is connected: by itself it would go on. */
const whileConnected = `exec 3<&0
setsid "$@" </dev/null & command=$!
{ cat; kill -- "-$command"; } <&3 >/dev/null 2>&1 & watch=$!
wait "$command"; code=$?
kill "$watch" 2>/dev/null
exit "$code"`;

/**
 * Runs a command in a pod's first container, as `kubectl exec` does, and for as long as this process runs.
 * The image needs a shell and `setsid`.
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
  const words = ["sh", "-c", whileConnected, "sh", ...command];
  const input = new PassThrough();
  const outputs = [listen("stdout", onOutput), listen("stderr", onOutput)] as const;
  const where = `\`${command[0]}\` in the pod ${name}`;
  const status = await new Promise<V1Status>((resolve, reject) => {
    api.exec
      .exec(namespace, name, container, words, ...outputs, input, false, resolve)
      .then((socket) => {
        socket.on("close", () => reject(new Error(`the connection to ${where} was lost`)));
      })
      .catch((error: unknown) => reject(new Error(`${where} can't be run: ${String(error)}`)));
  });
  input.destroy();
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
