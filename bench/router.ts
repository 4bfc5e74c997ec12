import { askInCluster } from "../cli/job-answer.ts";

/** Where a database is asked, and as whom. */
export interface DatabaseTarget {
  dockerHost: string;
  /** Service whose image and secrets the client has. */
  service: string;
  /** Name that it connects to. */
  host: string;
  database: string;
}

/** What one way to the database can do. */
export interface Throughput {
  perSecond: number;
  averageMilliseconds: number;
}

const script = `
set -euo pipefail
umask 077
database=$1 host=$2 clients=$3 seconds=$4
export PGPASSFILE=/tmp/bench-pgpass
printf '*:*:*:*:%s\\n' "$(<"/run/secrets/$database-password")" >"$PGPASSFILE"
echo 'SELECT 1' >/tmp/bench.sql
exec pgbench --no-vacuum --protocol=prepared --client="$clients" --time="$seconds" \\
  --file=/tmp/bench.sql "host=$host user=$database dbname=$database \\
  sslmode=verify-full sslrootcert=/run/secrets/server.pem"
`;

/** The smallest question, asked by so many connections at the same time. */
export async function askRepeatedly(
  target: DatabaseTarget,
  clients: number,
  seconds: number,
): Promise<Throughput> {
  const { dockerHost, service, host, database } = target;
  const command = ["bash", "-c", script, "bench", database, host, String(clients), String(seconds)];
  const answer = await askInCluster({ dockerHost, service, command });
  const [, average] = /latency average = ([\d.]+) ms/.exec(answer) ?? [];
  const [, perSecond] = /tps = ([\d.]+)/.exec(answer) ?? [];
  if (!average || !perSecond) throw new Error(`pgbench said what can't be read:\n${answer}`);
  return { perSecond: Number(perSecond), averageMilliseconds: Number(average) };
}
