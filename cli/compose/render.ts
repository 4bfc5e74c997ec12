import {
  type AmountInputs,
  type ContainerInputs,
  type Deployment,
  type FileInputs,
  type FileMount,
  type NetworkInputs,
  nameOf,
  resourcesOf,
  type ServiceInputs,
  type UpdateInputs,
} from "./resources.ts";

/** A Compose file and the files that it refers to, by their paths beside it. */
export interface ComposeProject {
  compose: object;
  configs: Record<string, string>;
  secrets: Record<string, string>;
}

/** How secrets get into the Swarm: from files beside the Compose file, or they are there already. */
export type SecretSource = "file" | "external";

/**
 * Writes what a stack declares as one Compose file. It is made of the resources in Pulumi's own
 * state, so it says what was deployed and nothing else.
 *
 * @throws Error when the stack has no service yet.
 */
export function renderCompose(deployment: Deployment, secretSource: SecretSource): ComposeProject {
  const services = resourcesOf<ServiceInputs>(deployment, "docker:index/service:Service");
  const networks = resourcesOf<NetworkInputs>(deployment, "docker:index/network:Network");
  const secrets = resourcesOf<FileInputs>(deployment, "docker:index/secret:Secret");
  const used = configsOf(services.map(({ inputs }) => inputs));
  const configs = resourcesOf<FileInputs>(
    deployment,
    "docker:index/serviceConfig:ServiceConfig",
  ).filter(({ outputs }) => used.has(outputs?.name ?? ""));
  if (services.length === 0) {
    throw new Error("the stack has no service yet: run `npm run up` first");
  }
  const networkNames = new Map(networks.map((network) => [network.id ?? "", nameOf(network)]));
  const keys = new Map(
    [...secrets, ...configs].map((file) => [file.outputs?.name ?? "", nameOf(file)]),
  );
  return {
    compose: {
      version: "3.8",
      services: Object.fromEntries(
        services.map((service) => [
          nameOf(service),
          composeService(service.inputs, networkNames, keys),
        ]),
      ),
      networks: Object.fromEntries(
        networks.map((network) => [nameOf(network), composeNetwork(network.inputs)]),
      ),
      volumes: Object.fromEntries(services.flatMap(({ inputs }) => volumesOf(inputs))),
      secrets: Object.fromEntries(
        secrets.map((secret) => [
          nameOf(secret),
          secretSource === "file"
            ? { file: `./secrets/${nameOf(secret)}` }
            : { external: true, name: secret.outputs?.name },
        ]),
      ),
      configs: Object.fromEntries(
        configs.map((config) => [nameOf(config), { file: `./configs/${nameOf(config)}` }]),
      ),
    },
    configs: Object.fromEntries(configs.map((config) => [nameOf(config), decode(config.inputs)])),
    secrets:
      secretSource === "file"
        ? Object.fromEntries(secrets.map((secret) => [nameOf(secret), decode(secret.inputs)]))
        : {},
  };
}

/** Names of the configurations that services mount. One that tells something of the stack is nobody's. */
function configsOf(services: ServiceInputs[]): Set<string> {
  const mounts = services.flatMap(({ taskSpec }) => taskSpec.containerSpec.configs ?? []);
  return new Set(mounts.map(({ configName }) => configName));
}

function composeNetwork(network: NetworkInputs): object {
  return {
    driver: network.driver,
    internal: network.internal ?? false,
    driver_opts: network.options ?? {},
  };
}

function composeService(
  service: ServiceInputs,
  networkNames: Map<string, string>,
  keys: Map<string, string>,
): object {
  const { containerSpec: container, placement, resources, logDriver } = service.taskSpec;
  const networks = service.taskSpec.networksAdvanceds ?? [];
  return {
    ...composeContainer(container, keys),
    networks: networks.map(({ id }) => networkNames.get(id) ?? id),
    ports: (service.endpointSpec.ports ?? []).map((port) => ({
      target: port.targetPort,
      published: port.publishedPort,
      protocol: port.protocol,
      mode: port.publishMode,
    })),
    logging: { driver: logDriver.name, options: logDriver.options },
    deploy: {
      mode: service.mode.global ? "global" : "replicated",
      ...(service.mode.replicated ? { replicas: service.mode.replicated.replicas } : {}),
      endpoint_mode: service.endpointSpec.mode,
      labels: Object.fromEntries((service.labels ?? []).map(({ label, value }) => [label, value])),
      update_config: updateConfig(service.updateConfig),
      rollback_config: updateConfig(service.rollbackConfig),
      restart_policy: {
        condition: service.taskSpec.restartPolicy.condition,
        delay: service.taskSpec.restartPolicy.delay,
      },
      placement: {
        ...(placement.maxReplicas ? { max_replicas_per_node: placement.maxReplicas } : {}),
        constraints: placement.constraints ?? [],
        preferences: (placement.prefs ?? []).map((spread) => ({ spread })),
      },
      resources: {
        limits: amount(resources.limits),
        reservations: amount(resources.reservation),
      },
    },
  };
}

function amount({ memoryBytes, nanoCpus }: AmountInputs): object {
  const memory = String(memoryBytes);
  return nanoCpus ? { memory, cpus: (nanoCpus / 1e9).toFixed(2) } : { memory };
}

function composeContainer(container: ContainerInputs, keys: Map<string, string>): object {
  const { healthcheck } = container;
  const mounted = (mount: FileMount, name: string) => ({
    source: keys.get(name) ?? name,
    target: mount.fileName,
    uid: mount.fileUid,
    gid: mount.fileGid,
    mode: mount.fileMode,
  });
  return {
    image: container.image,
    ...(container.commands ? { entrypoint: container.commands } : {}),
    ...(container.args ? { command: container.args.map(escapeDollar) } : {}),
    environment: mapValues(container.env ?? {}, escapeDollar),
    user: container.user,
    read_only: container.readOnly,
    cap_drop: container.capDrops,
    stop_grace_period: container.stopGracePeriod,
    ...(healthcheck
      ? {
          healthcheck: {
            test: healthcheck.tests.map(escapeDollar),
            interval: healthcheck.interval,
            timeout: healthcheck.timeout,
            retries: healthcheck.retries,
            start_period: healthcheck.startPeriod,
          },
        }
      : {}),
    secrets: (container.secrets ?? []).map((secret) => mounted(secret, secret.secretName)),
    configs: (container.configs ?? []).map((config) => mounted(config, config.configName)),
    volumes: (container.mounts ?? []).map((mount) =>
      mount.type === "tmpfs"
        ? { type: "tmpfs", target: mount.target, tmpfs: { size: mount.tmpfsOptions?.sizeBytes } }
        : { type: mount.type, source: mount.source, target: mount.target },
    ),
  };
}

function updateConfig(update: UpdateInputs): object {
  return {
    parallelism: update.parallelism,
    delay: update.delay,
    monitor: update.monitor,
    max_failure_ratio: Number(update.maxFailureRatio),
    order: update.order,
    failure_action: update.failureAction,
  };
}

function volumesOf(service: ServiceInputs): [string, object][] {
  return (service.taskSpec.containerSpec.mounts ?? []).flatMap((mount): [string, object][] =>
    mount.type === "volume" && mount.source ? [[mount.source, { name: mount.source }]] : [],
  );
}

/** Compose substitutes variables; a dollar sign that is meant has to be doubled. */
function escapeDollar(text: string): string {
  return text.replaceAll("$", "$$$$");
}

function mapValues(record: Record<string, string>, change: (text: string) => string) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function decode({ data }: FileInputs): string {
  return Buffer.from(data, "base64").toString("utf8");
}
