import { defaultBackupSchedule, isScheduleEntry } from "./components/data/backup-schedule.ts";
import {
  parseRestoredCluster,
  restoredClusterExample,
} from "./components/data/restored-cluster.ts";
import type { AutoscalingBounds } from "./components/orchestrator/specs.ts";
import { versionsMistake } from "./components/security/versions.ts";
import { rotatedSecrets, type SecretVersions } from "./components/store/rotated-secrets.ts";
import type { StoreServiceName } from "./components/store/store-services.ts";
import { autoscaling } from "./stack/autoscaling-parser.ts";
import { settingClashes } from "./stack/setting-clashes.ts";
import {
  boolean,
  choice,
  email,
  hostName,
  integer,
  isRefusal,
  listOf,
  listsOf,
  matching,
  type Parsed,
  type Parser,
  port,
  replicas,
  zone,
} from "./stack/setting-parsers.ts";

/** Everything that a stack's configuration can say, typed, with every default filled in. */
export interface Settings {
  orchestrator: "swarm" | "kubernetes";
  dockerHost: string;
  kubeconfig: string;
  kubeContext: string;
  namespace: string;
  clusterScoped: boolean;
  exposure: "loadBalancer" | "nodePort" | "ingress" | "gateway";
  ingressClass: string;
  gateway: string;
  storageClass: string;
  volumeGiB: number;
  images: "build" | "pushed";
  imageRegistry: string;
  imageRegistryInsecure: boolean;
  imageRegistryUser: string;
  imageRegistryPassword: string;
  zones: string[];
  storeName: string;
  storefrontReplicas: number;
  catalogReplicas: number;
  accountsReplicas: number;
  ordersReplicas: number;
  autoscaling: Partial<Record<StoreServiceName, AutoscalingBounds>>;
  seedProducts: number;
  cancellationMinutes: number;
  administrators: string[];
  httpPort: number;
  httpsPort: number;
  tls: "generated" | "provided" | "off";
  tlsCertificate: string;
  tlsPrivateKey: string;
  hostNames: string[];
  encryptNetworks: boolean;
  serviceMemoryMiB: number;
  shards: number;
  databaseMemoryMiB: number;
  replication: "asynchronous" | "synchronous" | "strict";
  cacheMemoryMiB: number;
  retainVolumes: boolean;
  backup: "volume" | "off";
  backupSchedule: string[];
  backupRetention: number;
  /** Each as in `shard-1-before shard-1 2026-11-24T22:00:00Z`. */
  restoredClusters: string[];
  registryAddress: string;
  registryPort: number;
  rolloutTimeoutSeconds: number;
  secretVersions: SecretVersions;
  monitoring: "on" | "off";
  statusPort: number;
  /** URLs, separated by spaces. */
  alertWebhooks: string;
}

/** Something wrong with the configuration: which setting, and what to write instead. */
export interface Problem {
  setting: string;
  reason: string;
}

interface Definition {
  parse: Parser;
  default: Parsed;
  /** Must be set with `--secret`. */
  secret?: true;
}

const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const definitions: Record<keyof Settings, Definition> = {
  orchestrator: { parse: choice("swarm", "kubernetes"), default: "swarm" },
  dockerHost: {
    parse: matching(
      /^(unix:\/\/\/\S+|tcp:\/\/[^/\s]+:\d+|ssh:\/\/[^/\s]+)$/,
      "unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST",
    ),
    default: "",
  },
  kubeconfig: { parse: matching(/^\/\S+$/, "the absolute path of a kubeconfig"), default: "" },
  kubeContext: { parse: matching(/^\S+$/, "the name of a context"), default: "" },
  namespace: {
    parse: matching(dnsLabel, "a name of lower-case letters, digits and -"),
    default: "",
  },
  clusterScoped: { parse: boolean, default: true },
  exposure: {
    parse: choice("loadBalancer", "nodePort", "ingress", "gateway"),
    default: "loadBalancer",
  },
  ingressClass: { parse: matching(/^[a-z0-9.-]+$/, "the name of an ingress class"), default: "" },
  gateway: {
    parse: matching(/^([a-z0-9-]+\/)?[a-z0-9.-]+$/, "the name of a Gateway, or NAMESPACE/NAME"),
    default: "",
  },
  storageClass: { parse: matching(/^[a-z0-9.-]+$/, "the name of a storage class"), default: "" },
  volumeGiB: { parse: integer(1, 65_536), default: 8 },
  images: { parse: choice("build", "pushed"), default: "build" },
  imageRegistry: {
    parse: matching(/^[\w.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/, "host, host:port or host/path"),
    default: "",
  },
  imageRegistryInsecure: { parse: boolean, default: false },
  imageRegistryUser: {
    parse: matching(/^[^\s:]+$/, "a name without spaces and colons"),
    default: "",
  },
  imageRegistryPassword: { parse: matching(/^\S+$/, "a password"), default: "", secret: true },
  zones: { parse: listOf(zone, "values of the node label zone"), default: [] },
  storeName: {
    parse: matching(/^[^\n]{1,60}$/, "a name of 1 to 60 characters"),
    default: "ha-store",
  },
  storefrontReplicas: { parse: replicas, default: 2 },
  catalogReplicas: { parse: replicas, default: 2 },
  accountsReplicas: { parse: replicas, default: 2 },
  ordersReplicas: { parse: replicas, default: 2 },
  autoscaling: { parse: autoscaling, default: {} },
  seedProducts: { parse: integer(1, 100_000), default: 240 },
  cancellationMinutes: { parse: integer(0, 10_080), default: 30 },
  administrators: { parse: listOf(email, "e-mail addresses"), default: [] },
  httpPort: { parse: port, default: 80 },
  httpsPort: { parse: port, default: 443 },
  tls: { parse: choice("generated", "provided", "off"), default: "generated" },
  tlsCertificate: {
    parse: matching(/-----BEGIN CERTIFICATE-----/, "a certificate as PEM"),
    default: "",
  },
  tlsPrivateKey: {
    parse: matching(/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key as PEM"),
    default: "",
    secret: true,
  },
  hostNames: {
    parse: listOf(hostName, "DNS names and IP addresses", 1),
    default: ["localhost"],
  },
  encryptNetworks: { parse: boolean, default: true },
  serviceMemoryMiB: { parse: integer(96, 65_536), default: 256 },
  shards: { parse: integer(1, 64), default: 1 },
  databaseMemoryMiB: { parse: integer(128, 1_048_576), default: 512 },
  replication: { parse: choice("asynchronous", "synchronous", "strict"), default: "synchronous" },
  cacheMemoryMiB: { parse: integer(8, 1_048_576), default: 64 },
  retainVolumes: { parse: boolean, default: true },
  backup: { parse: choice("volume", "off"), default: "volume" },
  backupSchedule: {
    parse: listOf(isScheduleEntry, 'kinds of backup and cron expressions such as "full 0 1 * * 0"'),
    default: defaultBackupSchedule,
  },
  backupRetention: { parse: integer(1, 1000), default: 2 },
  restoredClusters: {
    parse: listOf(
      (text) => parseRestoredCluster(text) !== undefined,
      `names, clusters and times such as "${restoredClusterExample}"`,
    ),
    default: [],
  },
  registryAddress: { parse: matching(/^[\w.-]+:\d+$/, "host:port"), default: "" },
  registryPort: { parse: port, default: 5000 },
  rolloutTimeoutSeconds: { parse: integer(10, 3600), default: 300 },
  secretVersions: { parse: listsOf(rotatedSecrets, secretVersionsMistake), default: {} },
  monitoring: { parse: choice("on", "off"), default: "off" },
  statusPort: { parse: port, default: 8090 },
  alertWebhooks: {
    parse: matching(
      /^https?:\/\/[^\s/]\S*( https?:\/\/[^\s/]\S*)*$/,
      "URLs that begin with http:// or https://, separated by spaces",
    ),
    default: "",
    secret: true,
  },
};

/** A new certificate replaces the old one: a server can't have both. */
function secretVersionsMistake(secret: string, versions: string[]): string | undefined {
  const mistake = versionsMistake(versions);
  if (mistake || secret !== "certificate" || versions.length === 1) return mistake;
  return "has more than one version: give the one that is used";
}

/** Names of all settings. */
export const settingNames = Object.keys(definitions) as (keyof Settings)[];

/** A setting's default, as it is used where the configuration is silent. */
export function defaultOf(setting: keyof Settings): Parsed {
  return definitions[setting].default;
}

/** Configuration as Pulumi hands it over: texts, and which of them are secrets. */
export interface RawConfiguration {
  values: Record<string, string>;
  secrets: ReadonlySet<string>;
  environment: Record<string, string | undefined>;
}

/** Reads the whole configuration; whatever is wrong with it is reported together. */
export function readSettings(raw: RawConfiguration): { settings: Settings; problems: Problem[] } {
  const problems: Problem[] = unknownSettings(raw.values);
  const entries = settingNames.map((setting): [string, Parsed] => {
    const definition = definitions[setting];
    const text = raw.values[setting];
    if (text === undefined) return [setting, definition.default];
    if (definition.secret && !raw.secrets.has(setting)) {
      problems.push({
        setting,
        reason: `is in plain text: set it with \`pulumi config set --secret ${setting}\``,
      });
    }
    const parsed = definition.parse(text);
    if (!isRefusal(parsed)) return [setting, parsed];
    const hidden = definition.secret || raw.secrets.has(setting);
    const shown = hidden ? "is not what it should be" : `is ${JSON.stringify(text)}`;
    problems.push({ setting, reason: `${shown}: ${parsed.wrong}` });
    return [setting, definition.default];
  });
  const settings = Object.fromEntries(entries) as unknown as Settings;
  settings.dockerHost ||= raw.environment.DOCKER_HOST ?? "unix:///var/run/docker.sock";
  const sound = (setting: keyof Settings) => !problems.some((one) => one.setting === setting);
  return { settings, problems: [...problems, ...settingClashes(settings, sound)] };
}

function unknownSettings(values: Record<string, string>): Problem[] {
  return Object.keys(values)
    .filter((name) => !Object.hasOwn(definitions, name))
    .map((setting) => ({
      setting,
      reason: `is unknown: remove it, or give one of ${settingNames.join(", ")}`,
    }));
}
