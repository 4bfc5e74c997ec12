import { Command } from "commander";
import { buildServices } from "../services/build.ts";
import { findDockerHost } from "./docker-host.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { stackOption } from "./stack-option.ts";
import { root, StackFiles } from "./workspace.ts";

/** `npm run preview` */
export function previewCommand(): Command {
  return new Command("preview")
    .description("show what `up` would change; a new stack needs no cluster for that")
    .addOption(stackOption())
    .allowUnknownOption()
    .argument("[pulumi-options...]", "passed on to `pulumi preview`")
    .addHelpText("after", "\nExample: npm run preview -- --stack ha --diff")
    .action(async (options: string[], { stack }: { stack: string }) => {
      const files = new StackFiles(stack);
      const pulumi = await PulumiCli.open(files, await findDockerHost(files));
      await buildServices(root);
      process.exitCode = await pulumi.operate("preview", ...options);
    });
}
