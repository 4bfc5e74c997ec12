import type { Query } from "../load/facts.ts";
import type { StackService } from "./cluster-services.ts";
import { askInCluster } from "./job-answer.ts";

/**
 * Asks a database as the role that owns it. The password is read inside the container: psql wants a
 * file of its own form.
 */
const script = `
set -euo pipefail
umask 077
database=$1 host=$2 sql=$3
export PGPASSFILE=/tmp/load-pgpass
printf '*:*:*:*:%s\\n' "$(<"/run/secrets/$database-password")" >"$PGPASSFILE"
options=
if [[ -e /run/secrets/server.pem ]]; then
  options='sslmode=verify-full sslrootcert=/run/secrets/server.pem'
fi
exec psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 \\
  "host=$host user=$database dbname=$database connect_timeout=5 $options" \\
  --command="SELECT row_to_json(answer) FROM ($sql) AS answer"
`;

/**
 * Questions to the databases of a stack, each asked by a job inside the cluster: the command line
 * reaches no database itself.
 */
export function clusterQuery(dockerHost: string, services: StackService[]): Query {
  return async (cluster, database, sql) => {
    const answer = await askInCluster({
      dockerHost,
      service: databaseMember(services, cluster).physicalName,
      command: ["bash", "-c", script, "query", database, cluster, sql],
    });
    const rows = answer.split("\n").filter((line) => line !== "");
    return rows.map((row) => JSON.parse(row) as Record<string, unknown>);
  };
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
