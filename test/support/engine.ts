import { join } from "node:path";
import { succeed } from "./command.ts";
import { root } from "./workspace.ts";

/** The environment in which `pulumi` is the engine that this project runs with. */
export async function engineEnvironment(): Promise<Record<string, string>> {
  const { stdout } = await succeed(
    join(root, "node_modules", ".bin", "node"),
    [join(root, "engine", "main.ts"), "env", "--json"],
    { cwd: root },
  );
  return JSON.parse(stdout);
}
