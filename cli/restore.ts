import { Command, InvalidArgumentError } from "commander";
import { requiredDockerHost } from "./docker-host.ts";
import { restoreInPlace } from "./restore/in-place.ts";
import { parseTime } from "./restore/request.ts";
import { stackOption } from "./stack-option.ts";

interface RestoreOptions {
  stack: string;
  cluster: string;
  to: string;
  overwrite?: boolean;
  timeline?: string;
}

/** `npm run restore` */
export function restoreCommand(): Command {
  return new Command("restore")
    .description("bring a database cluster back to a time since its oldest backup")
    .addOption(stackOption())
    .requiredOption("-c, --cluster <name>", "database cluster, like products-db")
    .requiredOption("--to <time>", 'with its zone, as in "2026-11-24 22:00:00+00"')
    .option(
      "--overwrite",
      "give up what the cluster has now; without it, only an empty one is restored",
    )
    .option(
      "--timeline <number>",
      "history to follow, after earlier restores (default: the last)",
      timelineNumber,
    )
    .addHelpText(
      "after",
      '\nExample: npm run restore -- --cluster shard-1 --to "2026-11-24 22:00:00+00" --overwrite',
    )
    .action(async ({ stack, cluster, to, overwrite = false, timeline }: RestoreOptions) => {
      const time = parseTime(to);
      const dockerHost = await requiredDockerHost(stack);
      await restoreInPlace({ dockerHost, stack, cluster, to: time, overwrite, timeline });
    });
}

function timelineNumber(text: string): string {
  if (/^[1-9]\d*$/.test(text)) return text;
  throw new InvalidArgumentError("give a number, as in the column TIMELINE of `npm run status`.");
}
