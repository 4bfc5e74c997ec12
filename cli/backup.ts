import { Command, Option } from "commander";
import { readRepository, requiredBackupHost, timeText } from "./backup-repository.ts";
import { openPlatform } from "./platform/platform.ts";
import { stackOption } from "./stack-option.ts";

interface BackupOptions {
  stack: string;
  cluster?: string;
  type: string;
}

/** `npm run backup` */
export function backupCommand(): Command {
  return new Command("backup")
    .description("back database clusters up now, besides the schedule")
    .addOption(stackOption())
    .option("-c, --cluster <name>", "database cluster, like products-db (default: all)")
    .addOption(
      new Option(
        "-t, --type <type>",
        "everything, what differs from the last full one, or the last",
      )
        .choices(["full", "diff", "incr"])
        .default("incr"),
    )
    .addHelpText("after", "\nExample: npm run backup -- --cluster shard-1 --type full")
    .action(async (options: BackupOptions) => {
      process.exitCode = await backUp(options);
    });
}

async function backUp({ stack, cluster, type }: BackupOptions): Promise<number> {
  const platform = await openPlatform(stack);
  const services = await platform.services();
  const host = requiredBackupHost(services, stack);
  const known = Object.keys(JSON.parse(host.environment.BACKUP_CLUSTERS ?? "{}"));
  if (cluster !== undefined && !known.includes(cluster)) {
    throw new Error(`no backups are kept of ${cluster}: give one of ${known.join(", ")}`);
  }
  for (const one of cluster === undefined ? known : [cluster]) {
    console.log(`${one}: backup (${type})`);
    const exitCode = await platform.run({
      service: host.physicalName,
      volumes: true,
      command: ["postgres-entrypoint", "backup-now", one, type],
      onOutput: (text, stream) => process[stream].write(text),
    });
    if (exitCode !== 0) return exitCode;
  }
  for (const { cluster: name, backups } of await readRepository(platform, host)) {
    const [oldest] = backups;
    if (oldest) console.log(`${name}: can be restored to any time since ${timeText(oldest.stop)}`);
  }
  return 0;
}
