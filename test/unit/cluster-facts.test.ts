import {
  EngineUnreachableError,
  readClusterFacts,
} from "../../components/orchestrator/swarm/cluster-facts.ts";
import { type Answer, type EngineServer, serveEngine } from "./support/engine-server.ts";

let engine: EngineServer | undefined;
afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

const swarm = { NodeID: "n1", NodeAddr: "10.77.0.11", ControlAvailable: true };

async function factsOf(info: object, more: Record<string, Answer> = {}) {
  engine = await serveEngine({
    "/info": () => info,
    "/containers/json": () => [],
    "/services": () => [],
    "/nodes": () => [],
    ...more,
  });
  return readClusterFacts(engine.host);
}

test("registries without TLS: networks, and single ones by name, but not those with TLS", async () => {
  const RegistryConfig = {
    InsecureRegistryCIDRs: ["127.0.0.0/8", "10.77.0.0/24"],
    IndexConfigs: {
      "docker.io": { Name: "docker.io", Mirrors: [], Secure: true, Official: true },
      "registry.example:5000": { Name: "registry.example:5000", Mirrors: [], Secure: false },
      "10.1.1.1:5000": { Name: "10.1.1.1:5000", Mirrors: [], Secure: false },
    },
  };
  const { insecureRegistries } = await factsOf({ Swarm: swarm, RegistryConfig });
  expect(insecureRegistries).toEqual([
    "127.0.0.0/8",
    "10.77.0.0/24",
    "registry.example:5000",
    "10.1.1.1:5000",
  ]);
});

test.each([[{}], [{ RegistryConfig: {} }], [{ RegistryConfig: { IndexConfigs: null } }]])(
  "an engine that says nothing of registries trusts none: %j",
  async (info) => {
    expect((await factsOf({ Swarm: swarm, ...info })).insecureRegistries).toEqual([]);
  },
);

test("nodes with their zones; the leader by the address that others know it by", async () => {
  const node = (id: string, address: string, availability = "active") => ({
    ID: id,
    Spec: { Labels: { zone: `zone-${id}` }, Availability: availability },
    Status: { State: "ready", Addr: address },
    Description: { Hostname: `host-${id}` },
    ManagerStatus: address === "0.0.0.0" ? { Addr: "10.77.0.11:2377" } : undefined,
  });
  const nodes = [node("n1", "0.0.0.0"), node("n2", "10.77.0.12", "drain")];
  const facts = await factsOf({ Swarm: swarm }, { "/nodes": () => nodes });
  expect(facts).toMatchObject({ manager: true, address: "10.77.0.11", zone: "zone-n1" });
  expect(facts.nodes).toMatchObject([
    { hostname: "host-n1", address: "10.77.0.11", zone: "zone-n1", ready: true },
    { hostname: "host-n2", address: "10.77.0.12", zone: "zone-n2", ready: false },
  ]);
});

test("ports in use, and which stack they belong to", async () => {
  const facts = await factsOf(
    { Swarm: swarm },
    {
      "/containers/json": () => [
        { Id: "c1", Names: ["/web"], Ports: [{ PublicPort: 80 }, { PrivatePort: 9 }], Labels: {} },
      ],
      "/services": () => [
        {
          Spec: { Name: "edge", Labels: { "ha-store.stack": "ha-store-dev" } },
          Endpoint: { Spec: { Ports: [{ PublishedPort: 443 }] } },
        },
        { Spec: { Name: "catalog" } },
      ],
    },
  );
  expect(facts.usedPorts).toEqual([
    { port: 80, owner: "container web", stack: undefined },
    { port: 443, owner: "service edge", stack: "ha-store-dev" },
  ]);
});

test("an engine outside of a Swarm is asked for nothing that only managers know", async () => {
  const refused: Answer = () => {
    throw new Error("this node is not a swarm manager");
  };
  const facts = await factsOf(
    { Swarm: { NodeID: "", NodeAddr: "", ControlAvailable: false } },
    { "/nodes": refused, "/services": refused },
  );
  expect(facts).toMatchObject({ manager: false, zone: undefined, nodes: [] });
});

test("nobody there: the error names the engine", async () => {
  const host = "unix:///nowhere/docker.sock";
  await expect(readClusterFacts(host)).rejects.toThrow(EngineUnreachableError);
  await expect(readClusterFacts(host)).rejects.toThrow(`no Docker Engine answers at ${host}`);
});
