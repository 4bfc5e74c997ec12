import type { Query } from "../load/facts.ts";
import { runClusterJob } from "./cluster-job.ts";
import type { StackService } from "./cluster-services.ts";

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
    const member = services.find(
      ({ name, environment }) => name === cluster || environment.CLUSTER === cluster,
    );
    if (!member) throw new Error(`the stack has no database cluster ${cluster}`);
    let answer = "";
    let complaint = "";
    const exitCode = await runClusterJob({
      dockerHost,
      service: member.physicalName,
      command: ["bash", "-c", script, "query", database, cluster, sql],
      onOutput: (text, stream) => {
        if (stream === "stdout") answer += text;
        else complaint += text;
      },
    });
    if (exitCode !== 0) {
      throw new Error(`${cluster} did not answer (psql ended with ${exitCode}): ${complaint}`);
    }
    const rows = answer.split("\n").filter((line) => line !== "");
    return rows.map((row) => JSON.parse(row) as Record<string, unknown>);
  };
}
