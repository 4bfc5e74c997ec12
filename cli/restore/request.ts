import { type ClusterBackups, type StoredBackup, timeText } from "../backup-repository.ts";

/**
 * A time with its zone, as in `2026-11-24 22:00:00+00`.
 * @throws Error when it is none, or lies ahead
 */
export function parseTime(text: string): Date {
  const match =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d(?:\.\d+)?)? ?(?:Z|([+-]\d\d):?(\d\d)?)$/.exec(
      text.trim(),
    );
  const [, day, minute, second = ":00", hours = "+00", minutes = "00"] = match ?? [];
  const time = new Date(`${day}T${minute}${second}${hours}:${minutes}`);
  if (Number.isNaN(time.getTime())) {
    throw new Error(
      `"${text}" is no time: give day, time and zone, as in "2026-11-24 22:00:00+00"`,
    );
  }
  if (time > new Date()) {
    throw new Error(`"${text}" lies ahead; it is ${timeText(Date.now() / 1000)} now`);
  }
  return time;
}

/** As PostgreSQL reads it. */
export function targetText(time: Date): string {
  return time.toISOString().replace("T", " ").replace("Z", "+00");
}

/**
 * The backup from which a cluster is restored to a time.
 * @throws Error that says what can be restored, where there is none
 */
export function backupBefore(stored: ClusterBackups, time: Date): StoredBackup {
  const [oldest] = stored.backups;
  if (!oldest) throw new Error(`there is no backup of ${stored.cluster}: ${stored.message}`);
  const before = stored.backups.filter(({ stop }) => stop * 1000 <= time.getTime());
  const last = before.at(-1);
  if (last) return last;
  throw new Error(
    `${stored.cluster} can't be restored to ${targetText(time)}: its oldest backup is of ${timeText(oldest.stop)}`,
  );
}

/** @throws Error when changes until that time are not in the archive */
export function checkArchived({ cluster, archivedUntil }: ClusterBackups, time: Date): void {
  if (archivedUntil !== null && archivedUntil * 1000 >= time.getTime()) return;
  const end = archivedUntil === null ? "is empty" : `ends at ${timeText(archivedUntil)}`;
  throw new Error(
    `${cluster} can't be restored to ${targetText(time)}: its archive ${end}; give an earlier time`,
  );
}
