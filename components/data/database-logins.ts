import type * as pulumi from "@pulumi/pulumi";
import type { Orchestrator } from "../orchestrator/orchestrator.ts";
import type { Member, Network, Secret, SecretMount } from "../orchestrator/specs.ts";
import type { GeneratedSecret } from "../security/generated-secret.ts";
import { generatedSecrets, type VersionedSecret } from "../security/secret-versions.ts";
import { byVersion } from "../security/versions.ts";

/** A role that signs in to a database, and there may do what its owner may. */
export interface DatabaseLogin {
  database: string;
  version: string;
  role: string;
  password: GeneratedSecret;
}

/** What keeps the logins of a cluster's databases. */
export interface DatabaseLoginsArgs {
  orchestrator: Orchestrator;
  /** PostgreSQL image by digest. */
  image: pulumi.Input<string>;
  networks: Network[];
  /** Names of the members, whose sessions end with their logins. */
  members: string[];
  /** All that there are to be. */
  logins: DatabaseLogin[];
  /** Password of the role that makes them. */
  admin: GeneratedSecret;
  /** The servers' certificate. */
  authority: Secret;
  rolloutTimeoutSeconds?: number;
}

/** Logins of a database, one for each version of its password, the one that is used first. */
export function generatedLogins(
  cluster: string,
  database: string,
  args: { orchestrator: Orchestrator; versions?: string[] },
  parent: pulumi.Resource,
): [DatabaseLogin, ...DatabaseLogin[]] {
  const [used, ...others] = generatedSecrets(`${cluster}-${database}-password`, args, parent);
  const login = ({ version, generated }: VersionedSecret): DatabaseLogin => ({
    database,
    version,
    role: `${database}_${version}`,
    password: generated,
  });
  return [login(used), ...others.map(login)];
}

/**
 * Makes the logins, and removes those that are named no more, by a workload of its own: members know
 * nothing of them, so that none restarts because a password changes. It goes on looking, because a
 * restore from a backup brings back those of that time.
 */
export function databaseLogins(
  cluster: string,
  args: DatabaseLoginsArgs,
  parent: pulumi.Resource,
): Member {
  const name = `${cluster}-logins`;
  const logins = byVersion(args.logins).toSorted((a, b) => a.database.localeCompare(b.database));
  const [workload] = args.orchestrator.statefulSet(
    name,
    {
      image: args.image,
      networks: args.networks,
      command: ["database-logins"],
      // One at a time: two that know of different logins would undo each other's work.
      members: [{ name }],
      environment: {
        LOGINS: logins.map(({ role }) => role).join(" "),
        DATABASE_MEMBERS: args.members.join(" "),
        PGHOST: cluster,
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: authorityPath,
      },
      secrets: [
        { secret: args.authority, path: authorityPath },
        passwordFile("login-admin", args.admin),
        ...logins.map(({ role, password }) => passwordFile(role, password)),
      ],
      scratch: [{ path: "/run/database" }, { path: "/tmp" }],
      // As long as the first copy of a big database may take.
      healthCheck: {
        command: ["test", "-e", "/run/database/logins-made"],
        startPeriodSeconds: 3600,
      },
      resources: { memoryLimitMiB: 64, memoryReservationMiB: 8 },
      user: "999:999",
      rolloutTimeoutSeconds: args.rolloutTimeoutSeconds,
    },
    { parent },
  );
  if (!workload) throw new Error(`${name} has one member, but the orchestrator made none`);
  return workload;
}

const authorityPath = "/run/secrets/database-ca.pem";

/** A file with the password of a role. */
export function passwordFile(role: string, { secret }: GeneratedSecret): SecretMount {
  return { secret, path: `/run/secrets/${role}-password` };
}
