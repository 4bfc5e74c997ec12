import { Command } from "commander";
import { findDockerHost } from "./docker-host.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { stackOption } from "./stack-option.ts";
import { StackFiles } from "./workspace.ts";

/** `npm run pulumi -- ...` */
export function pulumiCommand(): Command {
  return new Command("pulumi")
    .description("run any Pulumi command with this project's engine, backend and passphrase")
    .addOption(stackOption())
    .allowUnknownOption()
    .passThroughOptions()
    .argument("[args...]", "a Pulumi command and its options")
    .addHelpText("after", "\nExample: npm run pulumi -- --stack ha stack output")
    .action(async (args: string[], { stack }: { stack: string }) => {
      const files = new StackFiles(stack);
      const pulumi = await PulumiCli.open(files, await findDockerHost(files));
      process.exitCode = await pulumi.passOn(args);
    });
}
