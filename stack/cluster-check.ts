import { BlockList, isIP } from "node:net";
import type { ClusterFacts } from "../components/orchestrator/swarm/cluster-facts.ts";
import type { Problem, Settings } from "../settings.ts";
import { publishedPorts } from "./published-ports.ts";

/** Holds the settings against the cluster that they are for, before anything in it is changed. */
export function clusterProblems(settings: Settings, facts: ClusterFacts, stack: string): Problem[] {
  if (!facts.manager) {
    const reason =
      `is ${settings.dockerHost}, which is no Swarm manager: run \`docker swarm init\` there, or ` +
      "name a manager";
    return [{ setting: "dockerHost", reason }];
  }
  return [
    ...zoneProblems(settings, facts),
    ...portProblems(settings, facts, stack),
    ...registryProblems(settings, facts),
  ];
}

/** The problem that there is nothing to look at. */
export function engineUnreachable(dockerHost: string, error: Error): Problem {
  const reason = `is ${dockerHost}, but ${error.message}: start it, or name another`;
  return { setting: "dockerHost", reason };
}

function zoneProblems({ zones }: Settings, facts: ClusterFacts): Problem[] {
  const there = new Set(facts.nodes.filter((node) => node.ready).map((node) => node.zone));
  const problems: Problem[] = zones
    .filter((zone) => !there.has(zone))
    .map((zone) => ({
      setting: "zones",
      reason:
        `has "${zone}", but no ready node has the label zone=${zone}: label one with ` +
        `\`docker node update --label-add zone=${zone} NODE\`, or give zones that are there ` +
        `(${[...there].filter(Boolean).join(", ") || "none is"})`,
    }));
  if (zones.length > 0 && there.has(zones[0]) && facts.zone !== zones[0]) {
    problems.push({
      setting: "dockerHost",
      reason:
        `is ${settings(facts)}, but the registry's image is built where it runs, in the first zone ` +
        `("${zones[0]}"): name a manager of that zone, or put its zone first in zones`,
    });
  }
  return [...problems, ...homeProblems(zones, facts)];
}

/** A volume stands on one node; its database must not be started beside an empty one elsewhere. */
function homeProblems(zones: string[], facts: ClusterFacts): Problem[] {
  const ready = facts.nodes.filter((node) => node.ready);
  const names = (nodes: typeof ready) => nodes.map((node) => node.hostname).join(", ");
  if (zones.length === 0) {
    if (ready.length < 2) return [];
    const reason =
      `is not set, and the cluster has ${ready.length} nodes (${names(ready)}): the databases' ` +
      "volumes stand on one of them, so label each node with a zone and list the zones";
    return [{ setting: "zones", reason }];
  }
  return zones.flatMap((zone) => {
    const homes = ready.filter((node) => node.zone === zone);
    if (homes.length < 2) return [];
    const reason =
      `has "${zone}", which is the zone of ${homes.length} nodes (${names(homes)}): the databases' ` +
      "volumes stand on one of them, so give that node a zone of its own, and list that one";
    return [{ setting: "zones", reason }];
  });
}

function settings(facts: ClusterFacts): string {
  return `a manager in zone "${facts.zone ?? "none"}"`;
}

function portProblems(settings: Settings, facts: ClusterFacts, stack: string): Problem[] {
  return publishedPorts(settings).flatMap((setting) => {
    const port = settings[setting];
    const user = facts.usedPorts.find((used) => used.port === port && used.stack !== stack);
    if (!user) return [];
    return [
      { setting, reason: `is ${port}, which ${user.owner} has: stop that, or give another port` },
    ];
  });
}

function registryProblems(settings: Settings, facts: ClusterFacts): Problem[] {
  const { registryAddress } = settings;
  if (!registryAddress) {
    if (facts.nodes.length < 2 || trustedWithoutTls(facts, facts.address)) return [];
    const reason =
      `is not set, and the cluster has ${facts.nodes.length} nodes: give host:port by which all of them reach the ` +
      `registry (this engine's node is ${facts.address}), and trust it in each node's daemon.json as insecure-registries`;
    return [{ setting: "registryAddress", reason }];
  }
  const [host = ""] = registryAddress.split(":");
  const problems: Problem[] = [];
  if (!trustedWithoutTls(facts, host) && !facts.insecureRegistries.includes(registryAddress)) {
    const reason =
      `is ${registryAddress}, which this engine does not trust without TLS: add it to ` +
      "insecure-registries in each node's daemon.json";
    problems.push({ setting: "registryAddress", reason });
  }
  return problems;
}

/** Where the registry is reached if no setting says so: on the node's address, or its loopback. */
export function defaultRegistryHost(facts: ClusterFacts | undefined): string {
  return facts && trustedWithoutTls(facts, facts.address) ? facts.address : "127.0.0.1";
}

/** Whether the host is trusted at any port; Docker takes single registries only as `host:port`. */
function trustedWithoutTls(facts: ClusterFacts, host: string): boolean {
  if (isIP(host) !== 4) return host === "localhost";
  const trusted = new BlockList();
  for (const cidr of facts.insecureRegistries) {
    const [network = "", bits] = cidr.split("/");
    if (bits && isIP(network) === 4) trusted.addSubnet(network, Number(bits), "ipv4");
  }
  return trusted.check(host, "ipv4");
}
