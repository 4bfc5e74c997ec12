import type { Query } from "../load/facts.ts";
import type { StackService } from "./cluster-services.ts";
import { askInCluster } from "./job-answer.ts";

/**
 * Asks a database as one of its logins. The password is read inside the container: psql wants a file of
 * its own form. Everything else about the connection is in the environment.
 */
const script = `
set -euo pipefail
umask 077
login=$1 database=$2 sql=$3
export PGPASSFILE=/tmp/load-pgpass
printf '*:*:*:*:%s\\n' "$(<"/run/secrets/$login-password")" >"$PGPASSFILE"
exec psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 \\
  "user=$login dbname=$database connect_timeout=5" \\
  --command="SELECT row_to_json(answer) FROM ($sql) AS answer"
`;

/**
 * Questions to the databases of a stack, each asked by a job inside the cluster: the command line
 * reaches no database itself.
 */
export function clusterQuery(dockerHost: string, services: StackService[]): Query {
  return async (cluster, database, sql) => {
    const { service, login } = databaseLogin(services, cluster, database);
    const answer = await askInCluster({
      dockerHost,
      service,
      command: ["bash", "-c", script, "query", login, database, sql],
    });
    const rows = answer.split("\n").filter((line) => line !== "");
    return rows.map((row) => JSON.parse(row) as Record<string, unknown>);
  };
}

/**
 * A login of a database, and the service that has its password.
 * @throws Error that names what there is
 */
export function databaseLogin(
  services: StackService[],
  cluster: string,
  database: string,
): { service: string; login: string } {
  databaseMember(services, cluster);
  const keeper = services.find(
    ({ environment }) => environment.LOGINS && environment.PGHOST === cluster,
  );
  const logins = keeper?.environment.LOGINS?.split(" ") ?? [];
  const login = logins.find((one) => one.replace(/_\d+$/, "") === database);
  if (keeper && login) return { service: keeper.physicalName, login };
  throw new Error(
    `${cluster} has no login of a database ${database}: its logins are ${logins.join(", ") || "none"}`,
  );
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
