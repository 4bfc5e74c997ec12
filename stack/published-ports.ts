import type { Settings } from "../settings.ts";

/** Settings of the ports that the stack can be reached by. */
export function publishedPorts({
  orchestrator,
  tls,
  monitoring,
}: Settings): (keyof Settings & `${string}Port`)[] {
  return [
    "httpPort",
    ...(tls === "off" ? [] : ["httpsPort" as const]),
    ...(orchestrator === "swarm" ? ["registryPort" as const] : []),
    ...(monitoring === "off" ? [] : ["statusPort" as const]),
  ];
}
