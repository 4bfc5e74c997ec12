import type { ClusterCommand, Platform } from "./platform/platform.ts";

/**
 * Runs a command inside the cluster for what it prints.
 * @throws Error with what it complained about, unless it ended with 0
 */
export async function askInCluster(
  platform: Pick<Platform, "run">,
  command: Omit<ClusterCommand, "onOutput">,
): Promise<string> {
  const printed = { stdout: "", stderr: "" };
  const exitCode = await platform.run({
    ...command,
    onOutput: (text, stream) => {
      printed[stream] += text;
    },
  });
  if (exitCode === 0) return printed.stdout;
  const complaint = (printed.stderr || printed.stdout).trim() || "it said nothing";
  throw new Error(`a command after ${command.service} ended with ${exitCode}: ${complaint}`);
}
