import type { Platform, StackService } from "./platform/platform.ts";
import { requiredService } from "./platform/platform.ts";

const httpPort = 8080;

/**
 * Addresses of the store, one for each node that is up, or the one of its balancer.
 * @throws Error when the stack has no service that publishes HTTP
 */
export async function storeAddresses(
  platform: Platform,
  services: StackService[],
): Promise<string[]> {
  const edge = requiredService(services, "edge-balancer");
  const hosts = await platform.hostsOf(edge);
  const port = edge.publishedPorts.find(({ target }) => target === httpPort)?.published;
  if (!port) throw new Error("the stack has no edge balancer that publishes HTTP");
  return hosts.map((host) => (port === 80 ? `http://${host}` : `http://${host}:${port}`));
}
