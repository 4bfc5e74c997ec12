import { join } from "node:path";
import { succeed } from "./command.ts";
import { root } from "./workspace.ts";

/** The path of a program that is built from its Go module where the cache lacks it. */
export async function builtProgram(name: "kube-score" | "docker-compose"): Promise<string> {
  const { stdout } = await succeed(
    join(root, "node_modules", ".bin", "node"),
    [join(root, "test", "support", "ensure-program.ts"), name],
    { cwd: root },
  );
  return stdout.trim();
}
