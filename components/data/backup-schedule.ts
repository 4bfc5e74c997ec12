/** Kinds of backup: everything, what differs from the last full one, what differs from the last. */
export const backupTypes = ["full", "diff", "incr"] as const;

export type BackupType = (typeof backupTypes)[number];

/** A full backup each Sunday, a differential one on other days, an incremental one each hour; UTC. */
export const defaultBackupSchedule = ["full 0 1 * * 0", "diff 0 1 * * 1-6", "incr 0 * * * *"];

/** Smallest and largest number in each field of a cron expression. */
const fields = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** The time of each kind of backup, as a cron expression. */
export function parseSchedule(schedule: string[]): Partial<Record<BackupType, string>> {
  return Object.fromEntries(
    schedule.map((entry) => {
      const space = entry.indexOf(" ");
      return [entry.slice(0, space), entry.slice(space + 1)];
    }),
  );
}

/** What is wrong with a schedule as a whole, and what to write instead. */
export function scheduleMistake(schedule: string[]): string | undefined {
  const types = schedule.map((entry) => entry.split(" ")[0]);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined) return `has "${twice}" twice: give each kind once`;
  if (types.includes("full")) return undefined;
  return 'has no full backup, on which others build: add one, as in "full 0 1 * * 0"';
}

/** Whether a text is a kind of backup and a cron expression, as in `full 0 1 * * 0`. */
export function isScheduleEntry(entry: string): boolean {
  const [type = "", ...expression] = entry.split(" ");
  return (
    (backupTypes as readonly string[]).includes(type) &&
    expression.length === fields.length &&
    fields.every(([least, most], index) => isField(expression[index] ?? "", least, most))
  );
}

function isField(text: string, least: number, most: number): boolean {
  return text.split(",").every((part) => {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/([1-9]\d*))?$/.exec(part);
    if (!match) return false;
    const first = Number(match[1] ?? least);
    const last = Number(match[2] ?? match[1] ?? most);
    return first >= least && first <= last && last <= most;
  });
}
