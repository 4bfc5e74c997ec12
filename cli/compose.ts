import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { stringify } from "yaml";
import { type ComposeProject, renderCompose } from "./compose/render.ts";
import { type Deployment, withoutSecretMarks } from "./compose/resources.ts";
import { PulumiCli } from "./pulumi-cli.ts";
import { stackOption } from "./stack-option.ts";
import { StackFiles } from "./workspace.ts";

interface ComposeOptions {
  stack: string;
  output: string;
  withSecrets?: boolean;
}

/** `npm run compose` */
export function composeCommand(): Command {
  return new Command("compose")
    .description("write a deployed stack as one Compose file, to read or to move")
    .addOption(stackOption())
    .option("-o, --output <folder>", "where to write it", ".ha-store/compose")
    .option("--with-secrets", "write the secrets beside it, readable by their owner only")
    .addHelpText("after", "\nThen: docker stack deploy -c .ha-store/compose/compose.yaml NAME")
    .action(compose);
}

async function compose({ stack, output, withSecrets }: ComposeOptions): Promise<void> {
  const pulumi = await PulumiCli.open(new StackFiles(stack));
  const flags = withSecrets ? ["--show-secrets"] : [];
  const exported = JSON.parse(await pulumi.read("stack", "export", ...flags));
  const deployment = withoutSecretMarks(exported.deployment) as Deployment;
  const project = renderCompose(deployment, withSecrets ? "file" : "external");
  console.log(`wrote ${writeCompose(project, resolve(output))}`);
}

/** Writes the Compose file and what it refers to into the folder; gives the file's path. */
export function writeCompose(project: ComposeProject, folder: string): string {
  const file = join(folder, "compose.yaml");
  writeAll(join(folder, "configs"), project.configs, 0o644);
  writeAll(join(folder, "secrets"), project.secrets, 0o600);
  writeFileSync(file, stringify(project.compose, { lineWidth: 0 }));
  return file;
}

function writeAll(folder: string, files: Record<string, string>, mode: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content, { mode });
  }
}
