import * as pulumi from "@pulumi/pulumi";
import { Monitoring, monitoringImageNames } from "../observability/monitoring.ts";
import type { ScrapeTarget } from "../observability/scrape-target.ts";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { AutoscalingBounds, ImageRegistrySpec, Network } from "../orchestrator/specs.ts";
import { checkVersions, generatedSecrets } from "../security/secret-versions.ts";
import { ServiceNetwork } from "../security/service-network.ts";
import { Autoscaler } from "../serving/autoscaler.ts";
import { LoadBalancer, type LoadBalancerTls } from "../serving/load-balancer.ts";
import { replicaIdentity } from "../serving/replica-identity.ts";
import { ReplicatedService } from "../serving/replicated-service.ts";
import type { SecretVersions } from "./rotated-secrets.ts";
import {
  type Connection,
  connect,
  servicePort,
  serviceTarget,
  serviceTokenPath,
  url,
} from "./service-connections.ts";
import { StoreData, type StoreDataOptions } from "./store-data.ts";
import { imagesFrom, storeImageNames } from "./store-images.ts";
import {
  cpuReservations,
  repeatableForms,
  type StoreServiceName,
  storeServices,
} from "./store-services.ts";

/** A complete store. */
export interface OnlineStoreArgs extends StoreDataOptions {
  orchestrator: Orchestrator;
  /** Where its images are pushed to. */
  registry: ImageRegistrySpec;
  /** Name that people see. @default "ha-store" */
  storeName?: string;
  /** Replicas of each service. @default 2 each */
  replicas?: Partial<Record<StoreServiceName, number>>;
  /** Services whose replicas follow their load, and between which bounds. @default none */
  autoscaling?: Partial<Record<StoreServiceName, AutoscalingBounds>>;
  /** How many products an empty catalogue is filled with. @default 240 */
  seedProducts?: number;
  /** For how many minutes after it was placed a confirmed order can be cancelled. @default 30 */
  cancellationMinutes?: number;
  /** E-mail addresses of the accounts that may edit and restock products. @default none */
  administrators?: string[];
  /** Port of every node for HTTP. @default 80 */
  httpPort?: number;
  /** Port of every node for HTTPS. @default 443 */
  httpsPort?: number;
  /** Where HTTPS gets its certificate. @default a generated, self-signed one */
  tls?: LoadBalancerTls;
  /**
   * Versions of passwords, of the keys that sign sessions and of the token between services: all of them
   * are accepted, the first is used.
   * @default ["1"] each
   */
  secretVersions?: Pick<SecretVersions, "cache" | "databases" | "sessions" | "token">;
  /** Whether networks are encrypted between nodes. @default true */
  encryptNetworks?: boolean;
  /** Hard limit of each service's replica, in MiB. @default 256 */
  serviceMemoryMiB?: number;
  /** Whether Prometheus, alert rules and a status page come along. @default "on" */
  monitoring?: "on" | "off";
  /** URLs that alerts are sent to, as secrets. @default none: the status page shows them */
  alertWebhooks?: pulumi.Input<string>[];
  /** Port of the first zone's node for the status page, open to whoever reaches it. @default 8090 */
  statusPort?: number;
  /** Folder that holds a build context for each image. @default "services" */
  servicesFolder?: string;
}

/**
 * The store: a balancer on every node, the storefront behind it, and catalog, accounts and orders
 * behind that, each with a database of its own. Three networks let only neighbours talk: edge,
 * application, data. The monitoring is on all three and the autoscaler on the application's; nothing
 * depends on them.
 *
 * @throws pulumi.InputPropertyError when a secret has no version, more than two or one twice.
 */
export class OnlineStore extends pulumi.ComponentResource {
  /** Resolves once every part serves. */
  readonly ready: pulumi.Output<boolean>;
  /** What watches it, unless that is off. */
  readonly monitoring: Monitoring | undefined;

  constructor(name: string, args: OnlineStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const { secretVersions: versions = {} } = args;
    checkVersions("secretVersions.sessions", versions.sessions);
    checkVersions("secretVersions.token", versions.token);
    super("ha-store:index:OnlineStore", name, {}, opts);
    const { orchestrator, rolloutTimeoutSeconds } = args;
    const parent = { parent: this };
    const common = { orchestrator, rolloutTimeoutSeconds };
    const images = this.images(args, storeImageNames);

    const network = (tier: string, internal: boolean) =>
      new ServiceNetwork(
        tier,
        { orchestrator, encrypted: args.encryptNetworks ?? true, internal },
        parent,
      );
    const edge = network("edge", false);
    const application = network("application", true);
    const dataNetwork = network("data", true);
    const data = new StoreData("store-data", { ...args, images, network: dataNetwork }, parent);
    const generated = (part: string, rest: { versions?: string[]; length?: number }) =>
      pulumi.all(
        generatedSecrets(part, { orchestrator, ...rest }, this).map(
          (secret) => secret.generated.value,
        ),
      );
    const tokens = generated("service-token", { versions: versions.token });
    const serviceTokens = orchestrator.secret(
      "service-tokens",
      { content: tokens.apply((all) => all.join("\n")) },
      parent,
    );
    const keys = generated("session-key", { versions: versions.sessions, length: 64 });
    const sessionKeys = orchestrator.secret(
      "session-keys",
      { content: pulumi.jsonStringify(keys) },
      parent,
    );

    const replicas = (serviceName: StoreServiceName) => args.replicas?.[serviceName] ?? 2;
    const autoscaling = (serviceName: StoreServiceName) => {
      const bounds = args.autoscaling?.[serviceName];
      return bounds && { ...bounds, metricsPort: servicePort };
    };
    const service = (serviceName: StoreServiceName, networks: Network[], ...uses: Connection[]) =>
      new ReplicatedService(
        serviceName,
        {
          ...common,
          ...connect(
            [{ environment: replicaIdentity(orchestrator, images[serviceName]) }, ...uses],
            {
              secret: serviceTokens,
              path: serviceTokenPath,
            },
          ),
          image: images[serviceName],
          networks,
          replicas: replicas(serviceName),
          autoscaling: autoscaling(serviceName),
          // Not ready for a while, as when a database restarts, is the balancer's business; only a
          // replica that stays so for a minute is replaced.
          healthCheck: {
            command: ["bash", "/app/healthcheck"],
            retries: 12,
            ready: { port: servicePort, path: "/readyz" },
            alive: { port: servicePort, path: "/healthz" },
          },
          cpuReservation: cpuReservations[serviceName],
          memoryLimitMiB: args.serviceMemoryMiB ?? 256,
          scratch: [{ path: "/tmp" }],
        },
        parent,
      );
    const catalog = service(
      "catalog",
      [application, dataNetwork],
      data.products.connection("catalog"),
      data.cache.connection(),
      { environment: { CATALOG_SEED_PRODUCTS: String(args.seedProducts ?? 240) } },
    );
    const orders = service(
      "orders",
      [application, dataNetwork],
      data.customers.connection("orders"),
      {
        environment: {
          CATALOG_URL: url(catalog),
          CANCELLATION_MINUTES: String(args.cancellationMinutes ?? 30),
        },
      },
    );
    const accounts = service(
      "accounts",
      [application, dataNetwork],
      data.customers.connection("accounts"),
      {
        environment: { ORDERS_URL: url(orders) },
      },
    );
    const storefront = service("storefront", [edge, application], {
      environment: {
        CATALOG_URL: url(catalog),
        ACCOUNTS_URL: url(accounts),
        ORDERS_URL: url(orders),
        ADMIN_EMAILS: (args.administrators ?? []).join(","),
        STORE_NAME: args.storeName ?? "ha-store",
        SESSION_KEYS_FILE: "/run/secrets/session-keys",
        // The edge also serves plain HTTP, over which a secure cookie would not come back.
        COOKIE_SECURE: "false",
      },
      secrets: [{ secret: sessionKeys, path: "/run/secrets/session-keys" }],
    });
    const edgeBalancer = new LoadBalancer(
      "edge-balancer",
      {
        ...common,
        image: images.haproxy,
        networks: [edge],
        backend: {
          dnsName: storefront.dnsName,
          port: servicePort,
          provenPath: "/provenz",
          idempotentPaths: repeatableForms,
        },
        httpPort: args.httpPort,
        httpsPort: args.httpsPort,
        tls: args.tls,
      },
      parent,
    );

    const autoscaler = this.scale(args, [application]);
    this.monitoring = this.watch(
      args,
      [edge, application, dataNetwork],
      [
        ...storeServices.map((one) => serviceTarget(one, replicas(one), autoscaling(one))),
        ...(autoscaler?.scrapeTargets ?? []),
        ...edgeBalancer.scrapeTargets,
        ...data.scrapeTargets,
      ],
    );

    const parts: { ready: pulumi.Output<unknown> }[] = [
      data,
      catalog,
      accounts,
      orders,
      storefront,
      edgeBalancer,
      ...(autoscaler ? [autoscaler] : []),
      ...(this.monitoring ? [this.monitoring] : []),
    ];
    this.ready = pulumi.all(parts.map((part) => part.ready)).apply(() => true);
    this.registerOutputs({ ready: this.ready });
  }

  private images<Name extends string>(args: OnlineStoreArgs, names: readonly Name[]) {
    return imagesFrom(args.servicesFolder ?? "services", names, args, this);
  }

  /** Where the orchestrator does it by itself, and where nothing is to be scaled, there is none. */
  private scale(args: OnlineStoreArgs, networks: Network[]): Autoscaler | undefined {
    const none = Object.keys(args.autoscaling ?? {}).length === 0;
    if (none || args.orchestrator.kind !== "swarm") return undefined;
    const { autoscaler } = this.images(args, ["autoscaler"]);
    return new Autoscaler(
      "autoscaler",
      {
        orchestrator: args.orchestrator,
        image: autoscaler,
        networks,
        encryptNetworks: args.encryptNetworks,
        rolloutTimeoutSeconds: args.rolloutTimeoutSeconds,
      },
      { parent: this },
    );
  }

  private watch(
    args: OnlineStoreArgs,
    networks: Network[],
    targets: ScrapeTarget[],
  ): Monitoring | undefined {
    if (args.monitoring === "off") return undefined;
    return new Monitoring(
      "monitoring",
      {
        orchestrator: args.orchestrator,
        images: {
          ...this.images(args, monitoringImageNames),
          ...(args.alertWebhooks?.length ? this.images(args, ["alertmanager"]) : {}),
        },
        alertWebhooks: args.alertWebhooks,
        networks,
        targets,
        title: args.storeName,
        statusPort: args.statusPort,
        encryptNetworks: args.encryptNetworks,
        rolloutTimeoutSeconds: args.rolloutTimeoutSeconds,
      },
      { parent: this },
    );
  }
}
