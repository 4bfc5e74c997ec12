import { Command } from "commander";
import { patronictl } from "./patronictl.ts";
import { stackOption } from "./stack-option.ts";

interface ReinitOptions {
  stack: string;
  cluster: string;
  member: string;
}

/** `npm run reinit` */
export function reinitCommand(): Command {
  return new Command("reinit")
    .description("throw a standby's data away and copy the primary's, until it streams again")
    .addOption(stackOption())
    .requiredOption("-c, --cluster <name>", "database cluster, like products-db")
    .requiredOption("-m, --member <name>", "standby of it; Patroni refuses the primary")
    .addHelpText("after", "\nExample: npm run reinit -- --cluster shard-1 --member shard-1-3")
    .action(async ({ stack, cluster, member }: ReinitOptions) => {
      process.exitCode = await patronictl({
        stack,
        cluster,
        member,
        arguments: ["reinit", cluster, member, "--force", "--wait"],
      });
    });
}
