import { chooseLogin } from "../cli/cluster-query.ts";
import { askInCluster } from "../cli/job-answer.ts";
import type { Platform } from "../cli/platform/platform.ts";

/** Where a database is asked, and as whom. */
export interface DatabaseTarget {
  platform: Platform;
  /** Service whose image, secrets and settings of a connection the client has. */
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
host=$1 database=$2 clients=$3 seconds=$4
${chooseLogin}
echo 'SELECT 1' >/tmp/bench.sql
exec pgbench --no-vacuum --protocol=prepared --client="$clients" --time="$seconds" \\
  --file=/tmp/bench.sql "host=$host user=$login dbname=$database"
`;

/** The smallest question, asked by so many connections at the same time. */
export async function askRepeatedly(
  target: DatabaseTarget,
  clients: number,
  seconds: number,
): Promise<Throughput> {
  const { platform, service, host, database } = target;
  const words = [host, database, String(clients), String(seconds)];
  const command = ["bash", "-c", script, "bench", ...words];
  const answer = await askInCluster(platform, { service, command });
  const [, average] = /latency average = ([\d.]+) ms/.exec(answer) ?? [];
  const [, perSecond] = /tps = ([\d.]+)/.exec(answer) ?? [];
  if (!average || !perSecond) throw new Error(`pgbench said what can't be read:\n${answer}`);
  return { perSecond: Number(perSecond), averageMilliseconds: Number(average) };
}
