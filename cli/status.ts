import { Command } from "commander";
import { timeText } from "./backup-repository.ts";
import { openPlatform } from "./platform/platform.ts";
import { stackOption } from "./stack-option.ts";
import { type BackupStatus, backupStatus } from "./status/backup-status.ts";
import { type CacheStatus, cacheStatus } from "./status/cache-status.ts";
import { type DatabaseClusterStatus, databaseStatus } from "./status/database-status.ts";
import { type EtcdStatus, etcdStatus } from "./status/etcd-status.ts";
import { type ShardStatus, shardStatus } from "./status/shard-status.ts";
import { tableLines } from "./table.ts";

interface StatusOptions {
  stack: string;
  json?: boolean;
}

interface StackStatus {
  databases: DatabaseClusterStatus[];
  etcd: EtcdStatus | undefined;
  cache: CacheStatus | undefined;
  shards: ShardStatus[];
  backups: BackupStatus[];
}

/** `npm run status` */
export function statusCommand(): Command {
  return new Command("status")
    .description("the data layer as it is now: members, roles, lag, shards, backups")
    .addOption(stackOption())
    .option("--json", "as JSON")
    .addHelpText("after", "\nEnds with 1 if anything is not as it should be.")
    .action(async ({ stack, json }: StatusOptions) => {
      const status = await readStatus(stack);
      console.log(json ? JSON.stringify(status, undefined, 2) : statusLines(status).join("\n"));
      process.exitCode = problemsOf(status).length > 0 ? 1 : 0;
    });
}

async function readStatus(stack: string): Promise<StackStatus> {
  const platform = await openPlatform(stack);
  const services = await platform.services();
  const [databases, etcd, cache, shards, backups] = await Promise.all([
    databaseStatus(platform, services),
    etcdStatus(platform, services),
    cacheStatus(platform, services),
    shardStatus(platform, services),
    backupStatus(platform, services),
  ]);
  return { databases, etcd, cache, shards, backups };
}

function problemsOf({ databases, etcd, cache, shards, backups }: StackStatus): string[] {
  return [
    ...databases.flatMap(({ cluster, problem }) => (problem ? `${cluster}: ${problem}` : [])),
    ...(etcd?.problem ? [`etcd: ${etcd.problem}`] : []),
    ...(cache?.problem ? [`cache: ${cache.problem}`] : []),
    ...shards.flatMap(({ shard, problem }) => (problem ? `${shard}: ${problem}` : [])),
    ...backups.flatMap(({ cluster, problem }) => (problem ? `${cluster}: ${problem}` : [])),
  ];
}

function statusLines(status: StackStatus): string[] {
  const { databases, etcd, cache, shards, backups } = status;
  const members = databases.flatMap(({ cluster, members: list }) =>
    list.map((member) => [
      cluster,
      member.name,
      member.role,
      member.state,
      text(member.timeline),
      member.role === "primary" ? "" : `${text(member.lagMiB)} MiB`,
    ]),
  );
  const etcdMembers = etcd?.members.map(({ name, role, term, sizeMiB }) => [
    name,
    role,
    text(term),
    `${text(sizeMiB?.toFixed(1))} MiB`,
  ]);
  const cacheMembers = cache?.members.map(({ address, role, replicas, votes }) => [
    address,
    role,
    role === "primary" ? text(replicas) : "",
    `${votes} of ${cache.sentinels}`,
  ]);
  const shardRows = shards.map(({ shard, buckets, orders }) => [
    shard,
    Object.entries(buckets)
      .map(([state, count]) => `${count} ${state}`)
      .join(", "),
    text(orders),
  ]);
  const backupRows = backups.map(({ cluster, backups: [oldest, ...later], archivedUntil }) => [
    cluster,
    ...(oldest
      ? [(later.at(-1) ?? oldest).type, timeText((later.at(-1) ?? oldest).stop)]
      : ["", ""]),
    oldest ? timeText(oldest.stop) : "",
    archivedUntil === null ? "" : timeText(archivedUntil),
  ]);
  const problems = problemsOf(status);
  return [
    ...section(["DATABASE", "MEMBER", "ROLE", "STATE", "TIMELINE", "LAG"], members),
    ...section(["ETCD", "ROLE", "TERM", "SIZE"], etcdMembers),
    ...section(["CACHE", "ROLE", "REPLICAS", "SENTINELS' VOTES"], cacheMembers),
    ...section(["SHARD", "BUCKETS", "ORDERS"], shardRows),
    ...section(["BACKUP", "LAST", "TAKEN", "RESTORES SINCE", "ARCHIVED UNTIL"], backupRows),
    ...(problems.length > 0 ? problems : ["Everything is as it should be."]),
  ];
}

function section(headings: string[], rows: string[][] | undefined): string[] {
  return rows && rows.length > 0 ? [...tableLines([headings, ...rows]), ""] : [];
}

function text(value: string | number | undefined): string {
  return value === undefined ? "?" : String(value);
}
