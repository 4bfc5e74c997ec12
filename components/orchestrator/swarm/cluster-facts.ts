import type Dockerode from "dockerode";
import { engineApi } from "./engine-api.ts";
import { stackLabel, zoneLabel } from "./names.ts";

/** What a Swarm says of itself before anything in it is changed. */
export interface ClusterFacts {
  /** Whether the engine is a manager of an active Swarm. */
  manager: boolean;
  /** Address by which other nodes know the engine's node. */
  address: string;
  /** Zone of the engine's node. */
  zone: string | undefined;
  /** Registries that the engine trusts without TLS: `host[:port]`, or networks as CIDR. */
  insecureRegistries: string[];
  nodes: { hostname: string; address: string; zone: string | undefined; ready: boolean }[];
  /** Ports of nodes that are in use, and by whom. */
  usedPorts: { port: number; owner: string; stack: string | undefined }[];
}

/** The engine did not answer. */
export class EngineUnreachableError extends Error {}

/**
 * Asks an engine what it and its Swarm are.
 *
 * @throws EngineUnreachableError when nothing answers at `host` in time.
 */
export async function readClusterFacts(host: string): Promise<ClusterFacts> {
  const api = await engineApi(host);
  const info = await engineInfo(api, host);
  const manager = info.Swarm?.ControlAvailable === true;
  const nodes = manager ? await readNodes(api) : [];
  const own = nodes.find((node) => node.id === info.Swarm?.NodeID);
  return {
    manager,
    address: info.Swarm?.NodeAddr ?? "",
    zone: own?.zone,
    insecureRegistries: insecureRegistries(info),
    nodes,
    usedPorts: [...(await containerPorts(api)), ...(manager ? await servicePorts(api) : [])],
  };
}

interface EngineInfo {
  Swarm?: { NodeID: string; NodeAddr: string; ControlAvailable: boolean };
  RegistryConfig?: {
    InsecureRegistryCIDRs?: string[];
    IndexConfigs?: Record<string, { Secure: boolean }>;
  };
}

/** Networks by CIDR, single registries as `host[:port]`, which is how Docker looks them up. */
function insecureRegistries({ RegistryConfig }: EngineInfo): string[] {
  const named = Object.entries(RegistryConfig?.IndexConfigs ?? {});
  return [
    ...(RegistryConfig?.InsecureRegistryCIDRs ?? []),
    ...named.filter(([, { Secure }]) => !Secure).map(([name]) => name),
  ];
}

async function engineInfo(api: Dockerode, host: string): Promise<EngineInfo> {
  const timeout = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error("no answer within 5 s")), 5_000).unref();
  });
  try {
    return (await Promise.race([api.info(), timeout])) as EngineInfo;
  } catch (error) {
    throw new EngineUnreachableError(
      `no Docker Engine answers at ${host}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function readNodes(api: Dockerode) {
  const nodes = (await api.listNodes()) as {
    ID: string;
    Spec: { Labels?: Record<string, string>; Availability: string };
    Status: { State: string; Addr: string };
    Description: { Hostname: string };
    ManagerStatus?: { Addr: string };
  }[];
  return nodes.map((node) => ({
    id: node.ID,
    hostname: node.Description.Hostname,
    // A leader reports 0.0.0.0 as its status address; its manager address is the real one.
    address: node.Status.Addr === "0.0.0.0" ? hostOf(node.ManagerStatus?.Addr) : node.Status.Addr,
    zone: node.Spec.Labels?.[zoneLabel],
    ready: node.Status.State === "ready" && node.Spec.Availability === "active",
  }));
}

function hostOf(address: string | undefined): string {
  return address?.replace(/:\d+$/, "") ?? "";
}

async function containerPorts(api: Dockerode) {
  const containers = await api.listContainers();
  return containers.flatMap((container) =>
    container.Ports.filter((port) => port.PublicPort !== undefined).map((port) => ({
      port: port.PublicPort,
      owner: `container ${container.Names[0]?.slice(1) ?? container.Id}`,
      stack: container.Labels[stackLabel],
    })),
  );
}

async function servicePorts(api: Dockerode) {
  const services = (await api.listServices()) as {
    Spec: { Name: string; Labels?: Record<string, string> };
    Endpoint?: { Spec?: { Ports?: { PublishedPort: number }[] } };
  }[];
  return services.flatMap((service) =>
    (service.Endpoint?.Spec?.Ports ?? []).map((port) => ({
      port: port.PublishedPort,
      owner: `service ${service.Spec.Name}`,
      stack: service.Spec.Labels?.[stackLabel],
    })),
  );
}
