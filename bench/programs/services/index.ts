import * as pulumi from "@pulumi/pulumi";
import {
  Registry,
  RegistryAccess,
  ServiceImage,
  ServiceNetwork,
  SwarmOrchestrator,
} from "../../../components/index.ts";

/** Registry, image, network, and as many equal services as the configuration says. */
export default async function program() {
  const config = new pulumi.Config();
  const address = config.require("registryAddress");
  const access = new RegistryAccess("registry-access", { address });
  const orchestrator = new SwarmOrchestrator("swarm", {
    host: config.require("dockerHost"),
    prefix: "services-bench",
    registry: { ...access, address, insecure: true },
  });
  const registry = new Registry("registry", {
    orchestrator,
    access,
    context: config.require("registryContext"),
    port: Number(address.split(":")[1]),
  });
  const image = new ServiceImage("sleeper", {
    orchestrator,
    registry,
    context: config.require("imageContext"),
  });
  const network = new ServiceNetwork("network", { orchestrator, encrypted: false });
  for (let number = 1; number <= config.requireNumber("services"); number++) {
    // Without a health check, which a `ReplicatedService` demands: hundreds of them at once would
    // measure how fast this machine starts their processes.
    orchestrator.replicatedService(
      `sleeper-${number}`,
      {
        image: image.reference,
        networks: [network],
        replicas: 1,
        resources: { memoryLimitMiB: 16 },
        rolloutTimeoutSeconds: 900,
      },
      {},
    );
  }
}
