import * as pulumi from "@pulumi/pulumi";
import { OnlineStore, parseRestoredCluster } from "./components/index.ts";
import { kubernetesGround } from "./stack/kubernetes-ground.ts";
import { prepare } from "./stack/preparation.ts";
import { swarmGround } from "./stack/swarm-ground.ts";

/** The stack program: settings, the store, and where to open it. */
export default async function program() {
  const preparation = prepare();
  const { settings } = preparation;
  const ground =
    settings.orchestrator === "kubernetes"
      ? await kubernetesGround(preparation)
      : await swarmGround(preparation);
  const store = new OnlineStore("store", {
    ...settings,
    orchestrator: ground.orchestrator,
    registry: ground.registry,
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
      version: settings.tls === "provided" ? undefined : settings.secretVersions.certificate?.[0],
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
    addresses: store.ready.apply(ground.addresses),
    ...(settings.monitoring === "off" ? {} : { status: store.ready.apply(ground.status) }),
  };
}
