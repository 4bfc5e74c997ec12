import { askInCluster } from "./job-answer.ts";
import type { Platform, StackService } from "./platform/platform.ts";

/** A backup, as the repository has it. Times are seconds since 1970. */
export interface StoredBackup {
  label: string;
  type: "full" | "diff" | "incr";
  start: number;
  stop: number;
  /** Size of the databases. */
  bytes: number;
  /** What it takes in the repository by itself. */
  storedBytes: number | null;
}

/** What the repository has of a cluster. */
export interface ClusterBackups {
  cluster: string;
  /** `ok`, or what is wrong, in pgBackRest's words. */
  message: string;
  /** Oldest first. */
  backups: StoredBackup[];
  /** When the last changes were archived, in seconds since 1970. */
  archivedUntil: number | null;
}

/**
 * The host of the stack's backups, or undefined where there are none.
 */
export function backupHost(services: StackService[]): StackService | undefined {
  return services.find(({ environment }) => environment.BACKUP_CLUSTERS);
}

/** @throws Error when the stack has no backups */
export function requiredBackupHost(services: StackService[], stack: string): StackService {
  const host = backupHost(services);
  if (host) return host;
  const set = `npm run pulumi -- --stack ${stack} config set backup volume`;
  throw new Error(
    `the stack ${stack} has no backups: \`${set}\`, then \`npm run up\`, starts them`,
  );
}

/** What is in the repository, for each cluster. */
export async function readRepository(
  platform: Platform,
  host: StackService,
): Promise<ClusterBackups[]> {
  const answer = await askInCluster(platform, {
    service: host.physicalName,
    volumes: true,
    command: ["postgres-entrypoint", "backup-status"],
  });
  return JSON.parse(answer);
}

/**
 * What is in the repository of one cluster.
 * @throws Error when no backups are kept of it
 */
export async function storedBackups(
  platform: Platform,
  host: StackService,
  cluster: string,
): Promise<ClusterBackups> {
  const all = await readRepository(platform, host);
  const found = all.find((one) => one.cluster === cluster);
  if (!found) throw new Error(`no backups are kept of ${cluster}`);
  return found;
}

/** A time of the repository as people read it, in UTC. */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "+00");
}
