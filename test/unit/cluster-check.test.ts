import type { ClusterFacts } from "../../components/orchestrator/swarm/cluster-facts.ts";
import { readSettings, type Settings } from "../../settings.ts";
import { clusterProblems, defaultRegistryHost } from "../../stack/cluster-check.ts";

const { settings: defaults } = readSettings({ values: {}, secrets: new Set(), environment: {} });

const node = (number: number, ready = true) => ({
  hostname: `node-${number}`,
  address: `10.77.0.1${number}`,
  zone: `zone-${number}`,
  ready,
});

/** Three nodes in three zones that trust registries on their own network. */
const cluster: ClusterFacts = {
  manager: true,
  address: "10.77.0.11",
  zone: "zone-1",
  insecureRegistries: ["127.0.0.0/8", "10.77.0.0/24"],
  nodes: [node(1), node(2), node(3)],
  usedPorts: [],
};

/** One node as Docker leaves it after `docker swarm init`. */
const single: ClusterFacts = {
  ...cluster,
  zone: undefined,
  insecureRegistries: ["127.0.0.0/8"],
  nodes: [{ ...node(1), zone: undefined }],
};

const threeZones = { zones: ["zone-1", "zone-2", "zone-3"] };

const check = (settings: Partial<Settings>, facts: ClusterFacts) =>
  clusterProblems({ ...defaults, ...settings }, facts, "ha-store-dev");

const used = (port: number, stack?: string) => ({
  usedPorts: [{ port, owner: "container web", stack }],
});

describe("nothing to complain about", () => {
  test.each<[string, Partial<Settings>, ClusterFacts]>([
    ["a single node and defaults", {}, single],
    ["three zones, the manager in the first", threeZones, cluster],
    ["a port that this stack has already", {}, { ...single, ...used(80, "ha-store-dev") }],
    ["a used port that nobody wants", {}, { ...single, ...used(8404) }],
    [
      "several nodes in a zone that is not used",
      { zones: ["zone-1"] },
      { ...cluster, nodes: [node(1), node(2), { ...node(3), zone: "zone-2" }] },
    ],
    [
      "a second node in a zone, which is not ready",
      { zones: ["zone-1"] },
      { ...cluster, nodes: [node(1), { ...node(2, false), zone: "zone-1" }] },
    ],
    ["no monitoring, and its port used", { monitoring: "off" }, { ...single, ...used(8090) }],
    ["TLS off, and its port used", { tls: "off" }, { ...single, ...used(443) }],
    [
      "a registry at a trusted address",
      { ...threeZones, registryAddress: "10.77.0.11:5000" },
      cluster,
    ],
    ["a registry on the loopback", { registryAddress: "127.0.0.1:5000" }, single],
    ["a registry on localhost", { registryAddress: "localhost:5000" }, single],
    [
      "a registry that is trusted by its address and port",
      { ...threeZones, registryAddress: "10.1.1.1:5000" },
      { ...cluster, insecureRegistries: ["127.0.0.0/8", "10.1.1.1:5000"] },
    ],
    [
      "a registry that is trusted by its name and port",
      { ...threeZones, registryAddress: "registry.example:5000" },
      { ...cluster, insecureRegistries: ["127.0.0.0/8", "registry.example:5000"] },
    ],
  ])("%s", (_, settings, facts) => {
    expect(check(settings, facts)).toEqual([]);
  });
});

describe("one problem: the setting, the value and the fix", () => {
  test.each<[string, keyof Settings, Partial<Settings>, ClusterFacts, RegExp]>([
    [
      "the engine is no manager",
      "dockerHost",
      {},
      { ...single, manager: false, nodes: [] },
      /unix:\/\/\/var\/run\/docker.sock, which is no Swarm manager: run `docker swarm init`/,
    ],
    [
      "no node has the zone",
      "zones",
      { zones: ["zone-1", "moon"] },
      cluster,
      /"moon".*label-add zone=moon NODE.*\(zone-1, zone-2, zone-3\)/,
    ],
    [
      "its only node is not ready",
      "zones",
      { zones: ["zone-1", "zone-2"] },
      { ...cluster, nodes: [node(1), node(2, false), node(3)] },
      /"zone-2", but no ready node.*\(zone-1, zone-3\)/,
    ],
    [
      "no node has any zone",
      "zones",
      { zones: ["zone-1"] },
      single,
      /"zone-1", but no ready node.*\(none is\)/,
    ],
    [
      "the manager stands in another than the first zone",
      "dockerHost",
      { zones: ["zone-2", "zone-1"] },
      cluster,
      /a manager in zone "zone-1".*first zone \("zone-2"\): name a manager of that zone/,
    ],
    [
      "several nodes and no zones",
      "zones",
      {},
      cluster,
      /is not set.*3 nodes \(node-1, node-2, node-3\).*label each node with a zone/,
    ],
    [
      "several nodes in the first zone",
      "zones",
      { zones: ["zone-1", "zone-2"] },
      { ...cluster, nodes: [node(1), node(2), { ...node(3), zone: "zone-1" }] },
      /"zone-1", which is the zone of 2 nodes \(node-1, node-3\).*zone of its own/,
    ],
    [
      "several nodes in another zone, where volumes stand just as well",
      "zones",
      { zones: ["zone-1", "zone-2"] },
      { ...cluster, nodes: [node(1), node(2), { ...node(3), zone: "zone-2" }] },
      /"zone-2", which is the zone of 2 nodes \(node-2, node-3\).*zone of its own/,
    ],
    ["the HTTP port is taken", "httpPort", {}, { ...single, ...used(80) }, /is 80.*container web/],
    [
      "the HTTPS port is taken",
      "httpsPort",
      { httpsPort: 8443 },
      { ...single, ...used(8443) },
      /is 8443, which container web has: stop that, or give another port/,
    ],
    [
      "the registry's port is taken",
      "registryPort",
      {},
      { ...single, ...used(5000) },
      /is 5000, which container web has/,
    ],
    [
      "another stack has the port",
      "httpPort",
      {},
      { ...single, ...used(80, "ha-store-ha") },
      /is 80, which container web has/,
    ],
    [
      "several nodes, and no address that all of them trust",
      "registryAddress",
      threeZones,
      { ...cluster, insecureRegistries: ["127.0.0.0/8"] },
      /is not set.*3 nodes: give host:port.*10\.77\.0\.11.*insecure-registries/,
    ],
    [
      "the registry's address is not trusted",
      "registryAddress",
      { ...threeZones, registryAddress: "192.168.1.1:5000" },
      cluster,
      /is 192\.168\.1\.1:5000, which this engine does not trust.*insecure-registries/,
    ],
    // Docker looks for the address as it stands in an image's name.
    [
      "another port of the registry is trusted",
      "registryAddress",
      { ...threeZones, registryAddress: "registry.example:5000" },
      { ...cluster, insecureRegistries: ["registry.example:5001"] },
      /is registry\.example:5000, which this engine does not trust.*insecure-registries/,
    ],
    [
      "the registry's name is trusted without its port",
      "registryAddress",
      { ...threeZones, registryAddress: "registry.example:5000" },
      { ...cluster, insecureRegistries: ["registry.example"] },
      /is registry\.example:5000, which this engine does not trust.*insecure-registries/,
    ],
    [
      "the registry's address is trusted without its port",
      "registryAddress",
      { ...threeZones, registryAddress: "10.1.1.1:5000" },
      { ...cluster, insecureRegistries: ["10.1.1.1"] },
      /is 10\.1\.1\.1:5000, which this engine does not trust.*insecure-registries/,
    ],
    [
      "the registry goes by a name that nobody trusts",
      "registryAddress",
      { ...threeZones, registryAddress: "registry.example:5000" },
      cluster,
      /is registry\.example:5000, which this engine does not trust/,
    ],
  ])("%s", (_, setting, settings, facts, reason) => {
    const problems = check(settings, facts);
    expect(problems.map((problem) => problem.setting)).toEqual([setting]);
    expect(problems[0]?.reason).toMatch(reason);
  });
});

test("every zone and port is reported, not only the first", () => {
  const usedPorts = [80, 443, 5000, 8090].flatMap((port) => used(port).usedPorts);
  const problems = check({ zones: ["moon", "mars"], monitoring: "on" }, { ...cluster, usedPorts });
  expect(problems.map((problem) => problem.setting)).toEqual([
    "zones",
    "zones",
    "httpPort",
    "httpsPort",
    "registryPort",
    "statusPort",
  ]);
});

test("an engine that is no manager is the only problem: it knows nothing of the cluster", () => {
  const facts = { ...single, manager: false, ...used(80) };
  expect(check({ zones: ["moon"] }, facts)).toHaveLength(1);
});

// A bare node has no room for a zone of `undefined` to be one that is there.
test("an empty list of zones asks for no label", () => {
  expect(check({ zones: [] }, single)).toEqual([]);
});

describe("where the registry is reached if nobody says so", () => {
  test.each([
    ["the node's address, where it is trusted", cluster, "10.77.0.11"],
    ["the loopback, where it is not", single, "127.0.0.1"],
    ["the loopback, where there is no cluster to look at", undefined, "127.0.0.1"],
  ])("%s", (_, facts, host) => {
    expect(defaultRegistryHost(facts)).toBe(host);
  });
});
