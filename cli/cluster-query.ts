import type { Query } from "../load/facts.ts";
import { askInCluster } from "./job-answer.ts";
import type { Platform, StackService } from "./platform/platform.ts";

/** Beginning of a script: takes a login that is accepted now, whichever it is while it is rotated. */
export const chooseLogin = `
for login in $LOGINS; do [[ \${login%_*} != "$database" ]] || break; done
umask 077
export PGPASSFILE="/tmp/pgpass-$login"
printf '*:*:*:*:%s\\n' "$(<"/run/secrets/$login-password")" >"$PGPASSFILE"
`;

/**
 * Asks a database as one of its logins. The password is read inside the container: psql wants a file of
 * its own form. Where the database is, is in the environment.
 */
const script = `
set -euo pipefail
database=$1 sql=$2
${chooseLogin}
exec psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 \\
  "user=$login dbname=$database connect_timeout=5" \\
  --command="SELECT row_to_json(answer) FROM ($sql) AS answer"
`;

/**
 * Questions to the databases of a stack, each asked by a job inside the cluster: the command line
 * reaches no database itself.
 */
export function clusterQuery(platform: Platform, services: StackService[]): Query {
  return async (cluster, database, sql) => {
    const answer = await askInCluster(platform, {
      service: loginsService(services, cluster).physicalName,
      command: ["bash", "-c", script, "query", database, sql],
    });
    const rows = answer.split("\n").filter((line) => line !== "");
    return rows.map((row) => JSON.parse(row) as Record<string, unknown>);
  };
}

/**
 * The service that has the passwords of a cluster's logins, and what it takes to use them.
 * @throws Error that names the clusters there are
 */
export function loginsService(services: StackService[], cluster: string): StackService {
  databaseMember(services, cluster);
  const found = services.find(
    ({ environment }) => environment.LOGINS && environment.PGHOST === cluster,
  );
  if (found) return found;
  throw new Error(`${cluster} has no service that keeps its logins: \`npm run up\` makes it`);
}

/** @throws Error that names the clusters there are */
export function databaseMember(services: StackService[], cluster: string): StackService {
  const members = databaseMembers(services);
  const member = members.find(({ environment }) => environment.CLUSTER === cluster);
  if (member) return member;
  const known = [...new Set(members.map(({ environment }) => environment.CLUSTER))].join(", ");
  throw new Error(`the stack has no database cluster ${cluster}: give one of ${known || "none"}`);
}

/** Each member of each database cluster of the stack. */
export function databaseMembers(services: StackService[]): StackService[] {
  return services
    .filter(({ environment }) => environment.CLUSTER && environment.MEMBER)
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
