import { Command, InvalidArgumentError } from "commander";
import { openPlatform } from "./platform/platform.ts";
import { restoreInPlace } from "./restore/in-place.ts";
import { dropCopy, restoreIntoCopy } from "./restore/into-copy.ts";
import { parseTime } from "./restore/request.ts";
import { stackOption } from "./stack-option.ts";

interface RestoreOptions {
  stack: string;
  cluster?: string;
  to?: string;
  into?: string;
  overwrite?: boolean;
  timeline?: string;
  drop?: string;
}

const examples = `
Examples:
  npm run restore -- --cluster shard-1 --to "2026-11-24 22:00:00+00" --into shard-1-before
  npm run restore -- --drop shard-1-before
  npm run restore -- --cluster shard-1 --to "2026-11-24 22:00:00+00" --overwrite`;

/** `npm run restore` */
export function restoreCommand(): Command {
  return new Command("restore")
    .description("bring a database cluster back to a time since its oldest backup")
    .addOption(stackOption())
    .option("-c, --cluster <name>", "database cluster, like products-db")
    .option("--to <time>", 'with its zone, as in "2026-11-24 22:00:00+00"')
    .option(
      "--into <name>",
      "make a cluster of this name that shows the time, and leave this one as it is",
    )
    .option("--drop <name>", "remove a cluster made by --into, and its data")
    .option(
      "--overwrite",
      "give up what the cluster has now; without it, only an empty one is restored",
    )
    .option(
      "--timeline <number>",
      "history to follow in place, after earlier restores (default: the last)",
      timelineNumber,
    )
    .addHelpText("after", examples)
    .action(async (options: RestoreOptions) => {
      process.exitCode = await restore(options);
    });
}

async function restore(options: RestoreOptions): Promise<number> {
  const { stack, cluster, to, into, overwrite = false, timeline, drop } = options;
  if (drop !== undefined) {
    if (cluster ?? to ?? into) throw new Error("--drop goes with no --cluster, --to or --into");
    return dropCopy(await openPlatform(stack), stack, drop);
  }
  if (cluster === undefined || to === undefined) {
    throw new Error("say which cluster by --cluster, and which time by --to");
  }
  const time = parseTime(to);
  if (into !== undefined && (overwrite || timeline !== undefined)) {
    throw new Error(
      "--into goes with no --overwrite or --timeline: a copy is always a new cluster",
    );
  }
  const platform = await openPlatform(stack);
  if (into !== undefined) {
    return restoreIntoCopy({ platform, stack, cluster, to: time, into });
  }
  await restoreInPlace({ platform, stack, cluster, to: time, overwrite, timeline });
  return 0;
}

function timelineNumber(text: string): string {
  if (/^[1-9]\d*$/.test(text)) return text;
  throw new InvalidArgumentError("give a number, as in the column TIMELINE of `npm run status`.");
}
