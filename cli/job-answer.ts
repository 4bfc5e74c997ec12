import { type ClusterJob, runClusterJob } from "./cluster-job.ts";

/**
 * Runs a command inside the cluster for what it prints.
 * @throws Error with what it complained about, unless it ended with 0
 */
export async function askInCluster(job: Omit<ClusterJob, "onOutput">): Promise<string> {
  const printed = { stdout: "", stderr: "" };
  const exitCode = await runClusterJob({
    ...job,
    onOutput: (text, stream) => {
      printed[stream] += text;
    },
  });
  if (exitCode === 0) return printed.stdout;
  const complaint = (printed.stderr || printed.stdout).trim() || "it said nothing";
  throw new Error(`a job after ${job.service} ended with ${exitCode}: ${complaint}`);
}
