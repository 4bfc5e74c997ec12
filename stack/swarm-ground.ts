import * as pulumi from "@pulumi/pulumi";
import { Registry, RegistryAccess, SwarmOrchestrator } from "../components/index.ts";
import {
  type ClusterFacts,
  EngineUnreachableError,
  readClusterFacts,
} from "../components/orchestrator/swarm/cluster-facts.ts";
import type { Problem, Settings } from "../settings.ts";
import { clusterProblems, defaultRegistryHost, engineUnreachable } from "./cluster-check.ts";
import type { Ground } from "./ground.ts";
import { type Preparation, refuse } from "./preparation.ts";

/**
 * A Swarm, with a registry of its own. A preview of a stack needs no cluster; an update does.
 *
 * @throws pulumi.RunError with everything that is wrong, before anything is changed.
 */
export async function swarmGround({ settings, prefix, problems }: Preparation): Promise<Ground> {
  const facts = await clusterFacts(settings, problems);
  refuse([...problems, ...(facts ? clusterProblems(settings, facts, prefix) : [])]);
  const address =
    settings.registryAddress || `${defaultRegistryHost(facts)}:${settings.registryPort}`;
  const access = new RegistryAccess("registry-access", {
    address,
    versions: settings.secretVersions.registry,
  });
  const orchestrator = new SwarmOrchestrator("swarm", {
    host: settings.dockerHost,
    prefix,
    zones: settings.zones,
    registry: { ...access, address, insecure: true },
  });
  const registry = new Registry("registry", {
    orchestrator,
    access,
    context: "services/registry",
    port: settings.registryPort,
    zone: settings.zones[0],
  });
  return {
    orchestrator,
    registry,
    addresses: () => edgeAddresses(settings, facts),
    status: () => statusAddress(settings, facts),
  };
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

/** One address for each node. */
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
