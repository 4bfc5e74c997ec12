import { backupHost, type ClusterBackups, readRepository } from "../backup-repository.ts";
import type { Platform, StackService } from "../platform/platform.ts";
import { messageOf } from "./database-status.ts";

/** What the repository of the backups has of a cluster. */
export interface BackupStatus extends ClusterBackups {
  problem: string | undefined;
}

/** Backups of every cluster; none where the stack keeps none. */
export async function backupStatus(
  platform: Platform,
  services: StackService[],
): Promise<BackupStatus[]> {
  const host = backupHost(services);
  if (!host) return [];
  try {
    return (await readRepository(platform, host)).map((stored) => ({
      ...stored,
      problem: stored.backups.length > 0 ? undefined : `no backup yet: ${stored.message}`,
    }));
  } catch (error) {
    const problem = `can't be asked: ${messageOf(error)}`;
    return [{ cluster: host.name, message: "", backups: [], archivedUntil: null, problem }];
  }
}
