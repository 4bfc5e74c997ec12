import { join } from "node:path";
import { succeed } from "./command.ts";
import { root } from "./workspace.ts";

/** The path of kube-score, which is built from its Go module where the cache lacks it. */
export async function kubeScore(): Promise<string> {
  const { stdout } = await succeed(
    join(root, "node_modules", ".bin", "node"),
    [join(root, "test", "support", "ensure-kube-score.ts")],
    { cwd: root },
  );
  return stdout.trim();
}
