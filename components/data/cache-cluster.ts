import * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type {
  HealthCheckSpec,
  Network,
  SecretMount,
  StatefulMember,
} from "../orchestrator/specs.ts";
import { GeneratedSecret } from "../security/generated-secret.ts";
import { checkVersions, generatedSecrets } from "../security/secret-versions.ts";
import { byVersion } from "../security/versions.ts";
import { defaultClientCommands, memberUsers, sentinelUsers } from "./cache-users.ts";
import type { DataConnection } from "./connection.ts";
import { memberNames, membersInZones } from "./members.ts";

/** A cache that survives the loss of a zone, and may be lost as a whole at any time. */
export interface CacheClusterArgs {
  orchestrator: Orchestrator;
  /** Valkey image by digest. */
  image: pulumi.Input<string>;
  networks: Network[];
  /** How many members, each in a zone of its own. @default one for each zone, at most 3 */
  members?: number;
  /** How much it may hold, in MiB; each container gets twice that and 64 MiB. @default 64 */
  maxMemoryMiB?: number;
  /** What goes when it is full. @default "allkeys-lru" */
  maxMemoryPolicy?: "allkeys-lru" | "allkeys-lfu" | "volatile-lru" | "volatile-ttl";
  /** Commands that applications may send. @default ["get", "set", "unlink"] */
  clientCommands?: string[];
  /**
   * Versions of the applications' password that are accepted; the first is the one that `connection()`
   * hands out.
   * @default ["1"]
   */
  versions?: string[];
  /** After how long without an answer a member counts as lost, in seconds. @default 2 */
  downAfterSeconds?: number;
  /** After how many seconds a roll-out counts as failed. @default 300 */
  rolloutTimeoutSeconds?: number;
}

const memberPort = 6379;
const sentinelPort = 26379;
const secretsFolder = "/run/secrets";

/**
 * Valkey members in different zones, and Sentinels, a majority of which replaces a lost primary by
 * another member: three where there are several members, else one. Nothing is on disk. Clients ask
 * the Sentinels for the primary; each kind of user may do only its task.
 *
 * @throws pulumi.InputPropertyError when members can't each have a zone, a client command isn't the name
 * of one, or `versions` has none, more than two or one twice.
 */
export class CacheCluster extends pulumi.ComponentResource {
  /** `host:port` of each Sentinel. */
  readonly sentinels: string[];
  /** `host:port` of each member. */
  readonly members: string[];
  /** Resolves once all members and Sentinels answer. */
  readonly ready: pulumi.Output<pulumi.Resource[]>;
  private readonly clusterName: string;
  private readonly clientPassword: GeneratedSecret;

  constructor(name: string, args: CacheClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const clientCommands = args.clientCommands ?? defaultClientCommands;
    const wrong = clientCommands.find((command) => !/^[a-z]+(\|[a-z]+)?$/.test(command));
    if (wrong !== undefined) {
      throw new pulumi.InputPropertyError({
        propertyPath: "clientCommands",
        reason: `has "${wrong}": write names of commands such as "get" or "client|list"`,
      });
    }
    checkVersions("versions", args.versions);
    const { zones } = args.orchestrator;
    const members = membersInZones(name, zones, args.members);
    super("ha-store:index:CacheCluster", name, {}, opts);
    const { orchestrator } = args;
    const parent = { parent: this };
    const sentinels = memberNames(`${name}-sentinel`, members.length > 1 ? 3 : 1).map(
      (sentinel, index) => ({ name: sentinel, zone: members[index % members.length]?.zone }),
    );
    this.clusterName = name;
    this.members = addresses(members, memberPort);
    this.sentinels = addresses(sentinels, sentinelPort);

    const password = (user: string) =>
      new GeneratedSecret(`${name}-${user}-password`, { orchestrator }, parent);
    const { versions } = args;
    const clients = generatedSecrets(`${name}-password`, { orchestrator, versions }, this);
    this.clientPassword = clients[0].generated;
    const replicaPassword = password("replica");
    const sentinelPassword = password("sentinel");
    const passwords = pulumi.output({
      client: byVersion(clients).map(({ generated }) => generated.value),
      replica: replicaPassword.value,
      sentinel: sentinelPassword.value,
    });
    const users = (kind: string, content: pulumi.Output<string>): SecretMount => ({
      secret: orchestrator.secret(`${name}-${kind}-users`, { content }, parent),
      path: `${secretsFolder}/${kind}-users.acl`,
    });

    const maxMemory = args.maxMemoryMiB ?? 64;
    const downAfterMilliseconds = Math.round((args.downAfterSeconds ?? 2) * 1_000);
    const common = {
      image: args.image,
      networks: args.networks,
      environment: {
        CACHE_NAME: name,
        CACHE_MEMBERS: this.members.join(" "),
        CACHE_SENTINELS: this.sentinels.join(" "),
      },
      scratch: [{ path: "/run/valkey" }, { path: "/tmp" }],
      rolloutTimeoutSeconds: args.rolloutTimeoutSeconds,
    };
    const sentinelFile = mount(sentinelPassword, "sentinel-password");
    const memberWorkloads = orchestrator.statefulSet(
      name,
      {
        ...common,
        members: introduced(members, memberPort),
        healthCheck: answering(memberPort),
        command: [
          "cache-member",
          ["--maxmemory", `${maxMemory}mb`],
          ["--maxmemory-policy", args.maxMemoryPolicy ?? "allkeys-lru"],
        ].flat(),
        secrets: [
          users(
            "member",
            passwords.apply((all) => memberUsers(all, clientCommands)),
          ),
          mount(replicaPassword, "replica-password"),
          sentinelFile,
        ],
        // A replica that is filled anew holds both contents for a moment.
        resources: { memoryLimitMiB: maxMemory * 2 + 64, memoryReservationMiB: 16 },
      },
      parent,
    );
    const sentinelWorkloads = orchestrator.statefulSet(
      `${name}-sentinel`,
      {
        ...common,
        members: introduced(sentinels, sentinelPort),
        healthCheck: answering(sentinelPort),
        environment: { ...common.environment, CACHE_DOWN_AFTER_MS: String(downAfterMilliseconds) },
        command: ["cache-sentinel"],
        secrets: [users("sentinel", passwords.apply(sentinelUsers)), sentinelFile],
        resources: { memoryLimitMiB: 64, memoryReservationMiB: 16 },
      },
      parent,
    );
    this.ready = pulumi.all([...memberWorkloads, ...sentinelWorkloads].map(({ ready }) => ready));
    this.registerOutputs({ members: this.members, sentinels: this.sentinels });
  }

  /** What a service needs to reach the cache. */
  connection(): DataConnection {
    const password = mount(this.clientPassword, "cache-password");
    return {
      environment: {
        CACHE_SENTINELS: this.sentinels.join(","),
        CACHE_NAME: this.clusterName,
        CACHE_USERNAME: "client",
        CACHE_PASSWORD_FILE: password.path,
        CACHE_SENTINEL_USERNAME: "client",
        CACHE_SENTINEL_PASSWORD_FILE: password.path,
      },
      secrets: [password],
    };
  }
}

function addresses(members: StatefulMember[], port: number): string[] {
  return members.map(({ name }) => `${name}:${port}`);
}

/** Each is told its own address. */
function introduced(members: StatefulMember[], port: number): StatefulMember[] {
  return members.map((member) => ({
    ...member,
    environment: { CACHE_SELF: `${member.name}:${port}` },
  }));
}

/** Members and Sentinels are checked alike: a hung one still takes connections, so that it is asked. */
function answering(port: number): HealthCheckSpec {
  return { command: ["healthcheck"], alive: { port } };
}

function mount({ secret }: GeneratedSecret, file: string): SecretMount {
  return { secret, path: `${secretsFolder}/${file}` };
}
