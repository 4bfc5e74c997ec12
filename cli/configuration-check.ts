import {
  EngineUnreachableError,
  readClusterFacts,
} from "../components/orchestrator/swarm/cluster-facts.ts";
import { type Problem, readSettings, type Settings } from "../settings.ts";
import { clusterProblems, engineUnreachable } from "../stack/cluster-check.ts";
import { lookAtCluster } from "../stack/kubernetes-check.ts";
import { report } from "../stack/report.ts";
import type { StackFiles } from "./workspace.ts";

/**
 * Finds what is wrong with the configuration before a lab or an engine is made for it. The program
 * checks again, with secrets decrypted.
 *
 * @returns what the configuration says, but for what is encrypted in it
 * @throws Error that lists every problem.
 */
export function checkConfiguration(files: StackFiles): Settings {
  const { settings, problems } = readCommitted(files);
  refuse(problems);
  return settings;
}

/**
 * Holds the configuration against the cluster before images are built for it.
 *
 * @throws Error that lists every problem.
 */
export async function checkCluster(files: StackFiles, dockerHost: string): Promise<void> {
  const { settings, problems } = readCommitted(files);
  try {
    const facts = await readClusterFacts(dockerHost);
    refuse([...problems, ...clusterProblems(settings, facts, `ha-store-${files.stack}`)]);
  } catch (error) {
    if (!(error instanceof EngineUnreachableError)) throw error;
    refuse([...problems, engineUnreachable(dockerHost, error)]);
  }
}

/**
 * Holds the configuration against the Kubernetes cluster before images are built for it.
 *
 * @throws Error that lists every problem.
 */
export async function checkKubernetes(files: StackFiles): Promise<void> {
  const { settings, problems } = readCommitted(files);
  const namespace = settings.namespace || `ha-store-${files.stack}`;
  refuse([...problems, ...(await lookAtCluster(settings, namespace)).problems]);
}

/** The committed configuration; what is encrypted counts as not given. */
export function readCommitted(files: StackFiles): ReturnType<typeof readSettings> {
  const entries = Object.entries(files.settings()).filter(([, value]) => !isEncrypted(value));
  const values = Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
  const { settings, problems } = readSettings({
    values,
    secrets: new Set(),
    environment: process.env,
  });
  // What is encrypted can't be judged here, nor can what goes with it.
  const encrypted = entries.length < Object.keys(files.settings()).length;
  return { settings, problems: encrypted ? [] : problems };
}

function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw new Error(report(problems));
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}
