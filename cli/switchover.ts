import { Command } from "commander";
import { patronictl } from "./patronictl.ts";
import { stackOption } from "./stack-option.ts";

interface SwitchoverOptions {
  stack: string;
  cluster: string;
  to?: string;
}

/** `npm run switchover` */
export function switchoverCommand(): Command {
  return new Command("switchover")
    .description("make a standby the primary, in an orderly way: writes wait for about two seconds")
    .addOption(stackOption())
    .requiredOption("-c, --cluster <name>", "database cluster, like products-db")
    .option("--to <member>", "standby that takes over (default: the one that is furthest)")
    .addHelpText("after", "\nExample: npm run switchover -- --cluster shard-1 --to shard-1-2")
    .action(async ({ stack, cluster, to }: SwitchoverOptions) => {
      const candidate = to ? ["--candidate", to] : [];
      process.exitCode = await patronictl({
        stack,
        cluster,
        member: to,
        arguments: ["switchover", cluster, ...candidate, "--force"],
      });
    });
}
