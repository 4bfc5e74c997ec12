import * as pulumi from "@pulumi/pulumi";
import {
  type ClusterFacts,
  EngineUnreachableError,
  readClusterFacts,
} from "../components/orchestrator/swarm/cluster-facts.ts";
import { type Problem, readSettings, type Settings } from "../settings.ts";
import { clusterProblems, defaultRegistryHost, engineUnreachable } from "./cluster-check.ts";
import { report } from "./report.ts";

/** What the stack program knows before it registers its first resource. */
export interface Preparation {
  settings: Settings;
  /** Starts every name in the cluster. */
  prefix: string;
  /** `host:port` by which nodes and this machine reach the registry. */
  registryAddress: string;
  /** Where people open the store: one address for each node. */
  edgeAddresses: string[];
  /** Where the status page is, if there is one and the cluster is known. */
  statusAddress: string | undefined;
}

/**
 * Reads the configuration and looks at the cluster. A preview of a stack needs no cluster; an update
 * does.
 *
 * @throws pulumi.RunError with everything that is wrong, before anything is changed.
 */
export async function prepare(): Promise<Preparation> {
  const prefix = `${pulumi.getProject()}-${pulumi.getStack()}`;
  const { settings, problems } = readSettings(rawConfiguration());
  const facts = await clusterFacts(settings, problems);
  if (facts) problems.push(...clusterProblems(settings, facts, prefix));
  if (problems.length > 0) throw new pulumi.RunError(report(problems));
  return {
    settings,
    prefix,
    registryAddress:
      settings.registryAddress || `${defaultRegistryHost(facts)}:${settings.registryPort}`,
    edgeAddresses: edgeAddresses(settings, facts),
    statusAddress: statusAddress(settings, facts),
  };
}

function rawConfiguration() {
  const project = `${pulumi.getProject()}:`;
  const values: Record<string, string> = {};
  const secretKeys: string[] = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]");
  const secrets = new Set<string>();
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    if (!key.startsWith(project)) continue;
    const name = key.slice(project.length);
    values[name] = value;
    if (secretKeys.includes(key)) secrets.add(name);
  }
  return { values, secrets, environment: process.env };
}

async function clusterFacts(
  settings: Settings,
  problems: Problem[],
): Promise<ClusterFacts | undefined> {
  try {
    return await readClusterFacts(settings.dockerHost);
  } catch (error) {
    if (!(error instanceof EngineUnreachableError)) throw error;
    if (pulumi.runtime.isDryRun()) {
      await pulumi.log.warn(`${error.message}; previewed without a look at the cluster`);
    } else {
      problems.push(engineUnreachable(settings.dockerHost, error));
    }
    return undefined;
  }
}

function edgeAddresses(settings: Settings, facts: ClusterFacts | undefined): string[] {
  const port = settings.httpPort === 80 ? "" : `:${settings.httpPort}`;
  const hosts = (facts?.nodes ?? []).filter((node) => node.ready).map(hostOf);
  return [...new Set(hosts)].sort().map((host) => `http://${host}${port}`);
}

/** It stands in the first zone; without zones there is one node. */
function statusAddress(settings: Settings, facts: ClusterFacts | undefined): string | undefined {
  const [zone] = settings.zones;
  const node = facts?.nodes.find((one) => one.ready && (zone === undefined || one.zone === zone));
  if (settings.monitoring === "off" || !node) return undefined;
  return `http://${hostOf(node)}:${settings.statusPort}`;
}

function hostOf({ address }: ClusterFacts["nodes"][number]): string {
  return address.startsWith("127.") ? "localhost" : address;
}
