import * as pulumi from "@pulumi/pulumi";
import {
  OnlineStore,
  parseRestoredCluster,
  Registry,
  RegistryAccess,
  SwarmOrchestrator,
} from "./components/index.ts";
import { prepare } from "./stack/preparation.ts";

/** The stack program: settings, the store, and where to open it. */
export default async function program() {
  const { settings, prefix, registryAddress, edgeAddresses, statusAddress } = await prepare();

  const access = new RegistryAccess("registry-access", { address: registryAddress });
  const orchestrator = new SwarmOrchestrator("swarm", {
    host: settings.dockerHost,
    prefix,
    zones: settings.zones,
    registry: { ...access, address: registryAddress, insecure: true },
  });
  const registry = new Registry("registry", {
    orchestrator,
    access,
    context: "services/registry",
    port: settings.registryPort,
    zone: settings.zones[0],
  });
  const store = new OnlineStore("store", {
    ...settings,
    orchestrator,
    registry,
    restoredClusters: settings.restoredClusters.flatMap((text) => parseRestoredCluster(text) ?? []),
    alertWebhooks: settings.alertWebhooks
      .split(" ")
      .filter(Boolean)
      .map((url) => pulumi.secret(url)),
    replicas: {
      storefront: settings.storefrontReplicas,
      catalog: settings.catalogReplicas,
      accounts: settings.accountsReplicas,
      orders: settings.ordersReplicas,
    },
    tls: {
      disabled: settings.tls === "off",
      hostNames: settings.tls === "provided" ? undefined : settings.hostNames,
      certificate:
        settings.tls === "provided"
          ? {
              certificate: settings.tlsCertificate,
              privateKey: pulumi.secret(settings.tlsPrivateKey),
            }
          : undefined,
    },
  });

  return {
    addresses: store.ready.apply(() => edgeAddresses),
    status: store.ready.apply(() => statusAddress),
  };
}
