import { existsSync, readdirSync } from "node:fs";
import { InvalidArgumentError, Option } from "commander";
import type { Settings } from "../settings.ts";
import { root, StackFiles } from "./workspace.ts";

/** `--stack NAME`, for every command that works on a stack. */
export function stackOption(): Option {
  return new Option("-s, --stack <name>", "stack to work on: a file Pulumi.<name>.yaml")
    .env("PULUMI_STACK")
    .default("dev")
    .argParser(checkStack);
}

function checkStack(stack: string): string {
  if (existsSync(new StackFiles(stack).committed)) return stack;
  const stacks = readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  throw new InvalidArgumentError(
    `there is no Pulumi.${stack}.yaml: write one, or give one of ${stacks.join(", ")}.`,
  );
}

/** What a stack runs on, by its committed configuration. */
export function orchestratorOf(files: StackFiles): Settings["orchestrator"] {
  return files.settings().orchestrator === "kubernetes" ? "kubernetes" : "swarm";
}
