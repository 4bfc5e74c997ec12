import { Command } from "commander";
import { openPlatform, requiredService } from "./platform/platform.ts";
import { stackOption } from "./stack-option.ts";

interface StatusOptions {
  stack: string;
  json?: boolean;
}

interface RebalanceOptions {
  stack: string;
  without: string[];
}

/** Their images have the program that moves buckets; each has buckets of its own. */
const services = ["accounts", "orders"];

/** `npm run shards` */
export function shardsCommand(): Command {
  return new Command("shards")
    .description("the shards of accounts and orders: see their buckets, even them out")
    .addCommand(
      new Command("status")
        .description("how many of the 1,024 buckets each shard owns")
        .addOption(stackOption())
        .option("--json", "one line of JSON for each service")
        .action(async ({ stack, json }: StatusOptions) => {
          await onEach(stack, ["status", ...(json ? ["--json"] : [])]);
        }),
    )
    .addCommand(
      new Command("rebalance")
        .description("move buckets until every shard owns equally many, while the store sells")
        .addOption(stackOption())
        .option("--without <shard>", "move everything off this shard (repeatable)", collect, [])
        .addHelpText("after", "\nIt can be interrupted at any time; the next run goes on.")
        .action(async ({ stack, without }: RebalanceOptions) => {
          await onEach(stack, ["rebalance", ...without.flatMap((shard) => ["--without", shard])]);
        }),
    );
}

/** One after the other; a failure ends it, because what comes next would meet the same. */
async function onEach(stack: string, words: string[]): Promise<void> {
  const platform = await openPlatform(stack);
  const there = await platform.services();
  for (const service of services) {
    const exitCode = await platform.run({
      service: requiredService(there, service).physicalName,
      command: ["node", "/app/move-buckets.mjs", ...words],
      onOutput: (text, stream) => process[stream].write(text),
    });
    if (exitCode === 0) continue;
    process.exitCode = exitCode;
    return;
  }
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
