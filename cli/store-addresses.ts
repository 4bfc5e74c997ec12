import type Dockerode from "dockerode";
import type { StackService } from "./cluster-services.ts";

const httpPort = 8080;

/**
 * Addresses of the store, one for each node that is up.
 * @throws Error when the stack has no service that publishes HTTP
 */
export async function storeAddresses(api: Dockerode, services: StackService[]): Promise<string[]> {
  const edge = services.find(({ name }) => name === "edge-balancer");
  const port = edge?.publishedPorts.find(({ target }) => target === httpPort)?.published;
  if (!port) throw new Error("the stack has no edge balancer that publishes HTTP");
  const nodes: { Status: { State: string; Addr: string } }[] = await api.listNodes();
  return nodes
    .filter(({ Status }) => Status.State === "ready")
    .map(({ Status }) => `http://${Status.Addr}:${port}`)
    .toSorted();
}
